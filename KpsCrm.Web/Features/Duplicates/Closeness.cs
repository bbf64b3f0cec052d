using System.Globalization;
using System.Text;

namespace KpsCrm.Web.Features.Duplicates;

/// <summary>
/// How alike two names are, whatever their accents, case, order and firm's legal form: the share of three-letter pieces they have in common,
/// as PostgreSQL's pg_trgm counts it.
/// </summary>
public static class Closeness
{
    /// <summary>From here on two names are taken for the same: one letter wrong in a name of ten.</summary>
    public const double Close = 0.55;

    /// <summary>For a name that nothing else confirms.</summary>
    public const double NearlyEqual = 0.75;

    private static readonly HashSet<string> LegalForms = ["inc", "incorporated", "llc", "llp", "ltd", "limited", "co", "corp", "corporation", "company", "plc", "pllc", "gmbh", "sa", "the", "and"];

    /// <summary>0 for nothing in common, 1 for the same.</summary>
    public static double OfNames(string? one, string? other) => Of(Words(one), Words(other));

    /// <inheritdoc cref="OfNames"/>
    public static double OfCompanies(string? one, string? other) => Of(CompanyWords(one), CompanyWords(other));

    /// <summary>What a name is looked up by: its words without a firm's legal form.</summary>
    public static string Telling(string? name) => string.Join(' ', CompanyWords(name));

    private static double Of(string[] one, string[] other)
    {
        var (a, b) = (Pieces(one), Pieces(other));
        if (a.Count == 0 || b.Count == 0)
            return 0;
        var shared = a.Count(b.Contains);
        return (double)shared / (a.Count + b.Count - shared);
    }

    private static HashSet<string> Pieces(string[] words)
    {
        var pieces = new HashSet<string>();
        foreach (var word in words)
        {
            var padded = $"  {word} ";
            for (var i = 0; i + 3 <= padded.Length; i++)
                pieces.Add(padded.Substring(i, 3));
        }
        return pieces;
    }

    private static string[] CompanyWords(string? name)
    {
        var words = Words(name);
        var telling = words.Where(w => !LegalForms.Contains(w)).ToArray();
        return telling.Length == 0 ? words : telling;
    }

    /// <summary>Small letters without accents, in words.</summary>
    private static string[] Words(string? name)
    {
        var folded = new StringBuilder();
        foreach (var c in (name ?? "").Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(c))
                folded.Append(char.ToLowerInvariant(c));
            else if (c is not ('\'' or '’' or '.') && CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                folded.Append(' ');
        }
        return folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
