using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Records;

public enum FieldKind
{
    Text,
    LongText,
    Email,
    Phone,
    Money,
    Percent,
    Date,
    Choice,
    Person,
    Client,
}

/// <summary>
/// One field of a lead, client or deal: its limits, how what is typed becomes its value, how it is said. Everything that edits records goes by these.
/// A value travels as text, the same on every path: <c>1250.5</c> dollars, <c>30</c> percent, <c>2026-12-24</c>, a choice's word, a person's or client's number; null is empty.
/// </summary>
public sealed class Field(RecordKind of, string key, string label, FieldKind kind)
{
    public RecordKind Of => of;

    /// <summary>The column's word: <c>phone</c>.</summary>
    public string Key => key;

    /// <summary>As it is shown: "Phone".</summary>
    public string Label => label;

    public FieldKind Kind => kind;

    /// <summary>As in a sentence: "phone number".</summary>
    public string Noun { get; init; } = label.ToLowerInvariant();

    /// <summary>It can't be empty.</summary>
    public bool Required { get; init; }

    public int MaxLength { get; init; } = Lead.ShortTextMaxLength;

    /// <summary>For <see cref="FieldKind.Choice"/>: the only values.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>For a text: what is usually written there.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>The board's moves set it, too.</summary>
    public bool SetByMoves { get; init; }

    /// <summary>Its value in a record.</summary>
    public required Func<IEditable, string?> Get { get; init; }

    /// <summary>Puts a value that was read into a record.</summary>
    public required Action<IEditable, string?> Set { get; init; }

    /// <summary>Brings a clean line into the column's own spelling.</summary>
    internal Func<string, string?>? Spell { get; init; }

    /// <summary>How a text is said where it isn't said as it stands.</summary>
    internal Func<string, string>? SayText { get; init; }

    internal Func<IEditable, string?>? Locks { get; init; }

    /// <summary>Why it can't be changed now, in one sentence; null when it can.</summary>
    public string? LockedIn(IEditable record) => Locks?.Invoke(record);

    /// <summary>What was typed, as a value, or the sentence that says what to mend.</summary>
    public Reading Read(string? typed) => FieldReading.Of(this, typed);

    /// <summary>What stands in the input when typing begins.</summary>
    public string? ToType(string? value) => value is null ? null : kind == FieldKind.Phone ? Words.Phone(value) : Spell is not null && SayText is not null ? SayText(value) : value;

    /// <summary>A value as people read it; null when empty.</summary>
    public string? Say(string? value, Names names) => value is null ? null : kind switch
    {
        FieldKind.Money => decimal.TryParse(value, CultureInfo.InvariantCulture, out var dollars) ? Settings.Money((long)(dollars * 100), withCents: true) : value,
        FieldKind.Percent => value + "%",
        FieldKind.Date => DateOnly.TryParse(value, CultureInfo.InvariantCulture, out var day) ? Words.Day(day) : value,
        FieldKind.Choice => Options.FirstOrDefault(o => o.Value == value)?.Label ?? Words.Of(value),
        FieldKind.Phone => Words.Phone(value),
        FieldKind.Person => names.Person(value) ?? "Someone who is gone",
        FieldKind.Client => names.Client(value) ?? Words.InBin,
        _ => SayText?.Invoke(value) ?? value,
    };
}

/// <summary>One of a field's choices.</summary>
public sealed record Option(string Value, string Label);

/// <param name="Value">Null for empty; also null when there is a problem.</param>
/// <param name="Problem">One plain sentence; null when the value is good.</param>
public readonly record struct Reading(string? Value, string? Problem = null);

/// <summary>Who the numbers in person and client fields are.</summary>
public sealed record Names(IReadOnlyDictionary<int, string> People, IReadOnlyDictionary<int, string> Clients)
{
    public static Names None { get; } = new(new Dictionary<int, string>(), new Dictionary<int, string>());

    /// <summary>The names of one record's owner and client, where it has them.</summary>
    public static Names Of((int? Id, string? Name) owner, (int? Id, string? Name) client = default) => new(One(owner), One(client));

    public string? Person(string? id) => Find(People, id);

    public string? Client(string? id) => Find(Clients, id);

    private static Dictionary<int, string> One((int? Id, string? Name) named) => named is ({ } id, { } name) ? new() { [id] = name } : [];

    private static string? Find(IReadOnlyDictionary<int, string> names, string? id) =>
        int.TryParse(id, CultureInfo.InvariantCulture, out var number) ? names.GetValueOrDefault(number) : null;
}
