using System.Globalization;
using System.Text;
using KpsCrm.Data.Files;

namespace KpsCrm.Web.Features.Files;

/// <summary>The name of somebody's file, made harmless for every system that will ever save it.</summary>
public static class FileNames
{
    private static readonly HashSet<string> OfDevices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" }), "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>No path, no control or direction characters, none that Windows refuses, at most <see cref="Attachment.NameMaxLength"/> characters with the ending kept.</summary>
    public static string Clean(string? name)
    {
        var text = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            if (rune.Value is '/' or '\\')
                text.Clear();
            else if (rune == Rune.ReplacementChar || rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*')
                text.Append('_');
            else if (Rune.IsWhiteSpace(rune))
                text.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
                text.Append(rune.ToString());
        }
        var clean = Trimmed(string.Join(' ', text.ToString().Normalize().Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        if (clean.Length == 0)
            clean = "file";
        if (OfDevices.Contains(clean.Split('.')[0].TrimEnd()))
            clean = "_" + clean;
        return Shortened(clean);
    }

    /// <summary>".pdf", in lower case; empty for none.</summary>
    public static string EndingOf(string name) => Path.GetExtension(name).ToLowerInvariant();

    /// <summary>A name that begins with a dot would be hidden; one that ends with it loses it on Windows.</summary>
    private static string Trimmed(string name) => name.Trim(' ', '.');

    private static string Shortened(string name)
    {
        if (name.Length <= Attachment.NameMaxLength)
            return name;
        var ending = Path.GetExtension(name) is { Length: <= 20 } known ? known : "";
        var length = Attachment.NameMaxLength - ending.Length;
        // Not through the middle of a character.
        if (char.IsLowSurrogate(name[length]))
            length--;
        return Trimmed(name[..length]) + ending;
    }
}
