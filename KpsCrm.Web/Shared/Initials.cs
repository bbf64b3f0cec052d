namespace KpsCrm.Web.Shared;

public static class Initials
{
    /// <summary>"Anna Alvarez" → "AA"; whole characters, also of scripts that need two code units for one.</summary>
    public static string Of(string? name) => string.Concat((name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
        ? new[] { words[0], words[^1] }.Distinct().Select(w => System.Globalization.StringInfo.GetNextTextElement(w).ToUpperInvariant())
        : ["–"]);
}
