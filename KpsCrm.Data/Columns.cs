using System.Text.Json;

namespace KpsCrm.Data;

/// <summary>How values are written in the database: enums as the documented snake_case words.</summary>
public static class Columns
{
    /// <summary><c>ClosedWon</c> → <c>closed_won</c>.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary><c>closed_won</c> → <c>ClosedWon</c>; false for any other word.</summary>
    public static bool TryParse<T>(string? word, out T value) where T : struct, Enum => Words<T>.Values.TryGetValue(word ?? "", out value);

    private static class Words<T> where T : struct, Enum
    {
        public static readonly Dictionary<string, T> Values = Enum.GetValues<T>().DistinctBy(v => Word(v)).ToDictionary(v => Word(v), StringComparer.Ordinal);
    }

    internal static T Parse<T>(string word) where T : struct, Enum =>
        TryParse<T>(word, out var value) ? value : throw new InvalidDataException($"The database holds the unknown {typeof(T).Name} '{word}'.");

    internal static string OneOf<T>(string column) where T : struct, Enum =>
        $"{column} IN ({string.Join(", ", Enum.GetValues<T>().Select(v => $"'{Word(v)}'"))})";
}
