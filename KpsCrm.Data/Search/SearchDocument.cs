using System.Text;
using System.Text.Json;

namespace KpsCrm.Data.Search;

/// <summary>
/// What the index holds of a record. The words are folded and two spaces go before each, so that words of one or two letters, too short for
/// trigrams, are found where a word begins; the name's first word is marked, so that a name is found by its beginning.
/// </summary>
/// <param name="Id">The record's.</param>
/// <param name="Name">Its name or title.</param>
/// <param name="Rest">All else that is sought in.</param>
/// <param name="Words">The words of its names, for <see cref="NameWords"/>.</param>
internal sealed record SearchDocument(int Id, string Name, string Rest, IReadOnlyList<string> Words)
{
    public string Text => $"{Name}\n{Rest}";

    /// <summary>Stands before a name's first word. No text has it: control characters are taken out.</summary>
    public const string Start = "\u0001 ";

    /// <summary>Stands before every other word.</summary>
    public const string Pad = "  ";

    private const int MostNotes = 100_000;

    public static SearchDocument Of(int id, string name, string? company, string? phone, IEnumerable<string?> texts) =>
        new(id, NameOf(name), RestOf(phone, texts.Prepend(company)), [.. NameWords.Of(name).Union(NameWords.Of(company))]);

    /// <summary>The digits of a phone number, also without the country's 1, as people here type it.</summary>
    public static string Digits(string? phone) => string.Concat((phone ?? "").Where(char.IsAsciiDigit));

    public static string NameOf(string name)
    {
        var words = Folding.Words(name);
        var text = new StringBuilder(Start).AppendJoin(Pad, words).Append(Pad);
        foreach (var word in words)
        {
            foreach (var begin in InnerBeginnings(word))
                text.Append(begin).Append(Pad);
        }
        return text.ToString();
    }

    /// <summary>"O'Hara" is also sought as "Ha", and Chinese by any of its characters: two letters are enough, longer texts are found inside.</summary>
    private static IEnumerable<string> InnerBeginnings(string word)
    {
        var runes = word.EnumerateRunes().ToArray();
        for (var i = 1; i < runes.Length; i++)
        {
            if (Rune.IsLetterOrDigit(runes[i]) != Rune.IsLetterOrDigit(runes[i - 1]) || runes[i].Value >= 0x2E80)
                yield return i + 1 < runes.Length ? runes[i].ToString() + runes[i + 1] : runes[i].ToString();
        }
    }

    private static string RestOf(string? phone, IEnumerable<string?> texts)
    {
        var text = new StringBuilder();
        if (Digits(phone) is { Length: > 0 } digits)
        {
            text.Append(Pad).Append(digits);
            if (digits is ['1', ..] && digits.Length == 11)
                text.Append(Pad).Append(digits, 1, 10);
        }
        foreach (var part in texts)
        {
            foreach (var word in Folding.Words(part))
                text.Append(Pad).Append(word);
            if (text.Length > MostNotes)
                break;
        }
        return text.Append(Pad).ToString();
    }

    /// <summary>The texts of an activity's JSON.</summary>
    public static IEnumerable<string> TextsOf(string? json)
    {
        if (string.IsNullOrEmpty(json))
            return [];
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. Strings(document.RootElement)];
        }
        catch (JsonException)
        {
            return [json];
        }
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value)),
        _ => [],
    };
}
