using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Lists;

/// <summary>One thing by which a list is narrowed: how an address says it, and how people do.</summary>
public abstract class FilterField(string key, string label)
{
    public string Key => key;

    /// <summary>"Status"</summary>
    public string Label => label;

    /// <summary>The query keys that it reads.</summary>
    public virtual IReadOnlyList<string> Keys { get; } = [key];

    /// <summary>What of an address it understands, said the one way.</summary>
    public abstract IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me);

    /// <summary>As a chip says it; null where it doesn't narrow.</summary>
    public abstract string? Say(ListQuery query, IReadOnlyList<Person> people);

    /// <summary>What of an address it doesn't understand, each in a sentence.</summary>
    public virtual IEnumerable<string> Problems(ListQuery query)
    {
        var understood = Tidy(query, me: 0).Select(e => e.Key).ToHashSet();
        return Keys.Where(k => query.Text(k) is not null && !understood.Contains(k)).Select(k => LeftOut(query.Text(k)!));
    }

    private protected string LeftOut(string value) => $"“{Short(value)}” can't be used as {Label.ToLowerInvariant()}; it was left out.";

    internal static string Short(string text) => text.Length <= 40 ? text : text[..39] + "…";
}

/// <param name="Word">As the address says it.</param>
/// <param name="Name">As people do.</param>
public sealed record FilterChoice(string Word, string Name);

/// <summary>Several of a few known words: <c>status=new,contacted</c>. Some sets have a word of their own: <c>stage=open</c>.</summary>
public sealed class ChoiceField(string key, string label, IReadOnlyList<FilterChoice> choices, params (string Word, string Name, string[] Members)[] sets) : FilterField(key, label)
{
    public static ChoiceField Of<T>(string key, string label, Func<T, string> say, params (string Word, string Name, T[] Members)[] sets) where T : struct, Enum =>
        new(key, label, [.. Enum.GetValues<T>().Select(v => new FilterChoice(Data.Columns.Word(v), say(v)))], [.. sets.Select(s => (s.Word, s.Name, s.Members.Select(Data.Columns.Word).ToArray()))]);

    public IReadOnlyList<FilterChoice> Choices => choices;

    /// <summary>The chosen words in the order of the choices; none when it doesn't narrow.</summary>
    public IReadOnlyList<string> Words(ListQuery query)
    {
        var said = Split(query);
        var words = said.Concat(sets.Where(s => said.Contains(s.Word)).SelectMany(s => s.Members)).ToHashSet();
        return [.. choices.Select(c => c.Word).Where(words.Contains)];
    }

    /// <summary>The chosen values; null when it doesn't narrow.</summary>
    public List<T>? Values<T>(ListQuery query) where T : struct, Enum =>
        Words(query) is { Count: > 0 } words ? [.. words.Select(w => Data.Columns.TryParse<T>(w, out var value) ? value : default)] : null;

    /// <summary>How an address says these.</summary>
    public string? Said(IReadOnlyCollection<string> words) => words.Count == 0 ? null
        : sets.FirstOrDefault(s => s.Members.ToHashSet().SetEquals(words)).Word ?? string.Join(',', choices.Select(c => c.Word).Where(words.Contains));

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me) => Said(Words(query)) is { } said ? [(Key, said)] : [];

    public override string? Say(ListQuery query, IReadOnlyList<Person> people) => Said(Words(query)) is not { } said ? null
        : $"{Label}: {sets.FirstOrDefault(s => s.Word == said).Name ?? string.Join(", ", choices.Where(c => Words(query).Contains(c.Word)).Select(c => c.Name))}";

    public override IEnumerable<string> Problems(ListQuery query) =>
        Split(query).Where(w => choices.All(c => c.Word != w) && sets.All(s => s.Word != w)).Select(LeftOut);

    private string[] Split(ListQuery query) => (query.Text(Key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Whose: <c>owner=me</c>, <c>owner=7</c>, <c>owner=none</c>.</summary>
public sealed class OwnerField() : FilterField("owner", "Owner")
{
    public const string Me = "me";
    public const string None = "none";

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me) => query.Text(Key) switch
    {
        Me => me is { } id ? [(Key, id.ToString(System.Globalization.CultureInfo.InvariantCulture))] : [],
        None => [(Key, None)],
        _ => query.Number(Key) is { } id and > 0 ? [(Key, id.ToString(System.Globalization.CultureInfo.InvariantCulture))] : [],
    };

    /// <returns>Null when it doesn't narrow; 0 for nobody.</returns>
    public int? Id(ListQuery query) => query.Text(Key) == None ? 0 : query.Number(Key);

    public override string? Say(ListQuery query, IReadOnlyList<Person> people) => query.Text(Key) switch
    {
        Me => "Mine",
        None => "Nobody's",
        _ => query.Number(Key) is { } id and > 0 ? $"Owner: {people.FirstOrDefault(p => p.Id == id)?.Name ?? "someone who is gone"}" : null,
    };
}

/// <summary>Some of the values that rows have: <c>city=Dallas|Austin</c>; <c>-</c> for the rows of which it isn't known, <c>city_not</c> for all but these.</summary>
public sealed class ValueField(string key, string label, string others, Func<string, string>? say = null) : FilterField(key, label)
{
    public const string Unknown = "-";

    public string NotKey { get; } = key + "_not";

    public override IReadOnlyList<string> Keys => [Key, NotKey];

    /// <summary>Null when it doesn't narrow; the empty text stands for rows of which it isn't known.</summary>
    public List<string?>? Values(ListQuery query) => Split(query.Text(Key))?.ConvertAll(v => v == Unknown ? "" : (string?)v);

    public List<string?>? NotValues(ListQuery query) => Split(query.Text(NotKey))?.ConvertAll(v => (string?)v);

    public string SayValue(string value) => value is Unknown or "" ? "not known" : say?.Invoke(value) ?? value;

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me)
    {
        foreach (var key in Keys)
        {
            if (Split(query.Text(key)) is { } values)
                yield return (key, string.Join('|', values));
        }
    }

    public override string? Say(ListQuery query, IReadOnlyList<Person> people) =>
        Split(query.Text(Key)) is { } values ? $"{Label}: {(values.Count <= 3 ? string.Join(", ", values.Select(SayValue)) : $"{values.Count} of them")}"
        : Split(query.Text(NotKey)) is not null ? others : null;

    private static List<string>? Split(string? text) => text?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList() is { Count: > 0 } values ? values : null;
}
