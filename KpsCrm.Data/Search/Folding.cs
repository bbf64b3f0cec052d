using System.Globalization;
using System.Text;

namespace KpsCrm.Data.Search;

/// <summary>Text as it is compared: lower case, without accents, ligatures and letters that people type otherwise written out.</summary>
internal static class Folding
{
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
            return text.ToLowerInvariant();

        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
                continue;
            var lower = Rune.ToLowerInvariant(rune);
            switch (lower.Value)
            {
                case 'ß': folded.Append("ss"); break;
                case 'æ': folded.Append("ae"); break;
                case 'œ': folded.Append("oe"); break;
                case 'þ': folded.Append("th"); break;
                case 'ø': folded.Append('o'); break;
                case 'đ' or 'ð': folded.Append('d'); break;
                case 'ł': folded.Append('l'); break;
                case 'ħ': folded.Append('h'); break;
                case 'ı': folded.Append('i'); break;
                case 'ς': folded.Append('σ'); break;
                case '’' or '‘' or 'ʼ': folded.Append('\''); break;
                default: folded.Append(lower.ToString()); break;
            }
        }
        return folded.ToString();
    }

    /// <summary>The words of a text, folded; control characters part words as spaces do.</summary>
    public static string[] Words(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        var folded = Fold(text);
        return (folded.Any(char.IsControl) ? string.Concat(folded.Select(c => char.IsControl(c) ? ' ' : c)) : folded)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
