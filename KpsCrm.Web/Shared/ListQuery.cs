using System.Globalization;
using KpsCrm.Data;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace KpsCrm.Web.Shared;

/// <summary>A query string, read forgivingly: what can't be understood filters nothing.</summary>
public sealed class ListQuery(string uri)
{
    private readonly Dictionary<string, StringValues> _values = QueryHelpers.ParseQuery(new Uri(uri, UriKind.RelativeOrAbsolute) is { IsAbsoluteUri: true } absolute ? absolute.Query : uri);

    /// <summary>Some values are lists: the sources that a chart shows one by one.</summary>
    private const int MaxLength = 2_000;

    /// <summary>The keys that have a value.</summary>
    public IEnumerable<string> Keys => _values.Keys.Where(k => Text(k) is not null);

    public IEnumerable<(string Key, string Value)> Entries => Keys.Select(k => (k, Text(k)!));

    public string? Text(string key) => _values.TryGetValue(key, out var value) ? TextSearch.Clean(value.ToString(), key == "q" ? TextSearch.MaxLength : MaxLength) : null;

    public int? Number(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public DateOnly? Day(string key) => DaySpan.Day(Text(key));

    public T? Word<T>(string key) where T : struct, Enum => KpsCrm.Data.Columns.TryParse<T>(Text(key), out var value) ? value : null;

    /// <summary>The address of a list with some of its values changed; null takes one out. The page begins anew.</summary>
    public string With(string path, params IEnumerable<(string Key, string? Value)> changes)
    {
        var changed = changes.ToDictionary(c => c.Key, c => c.Value);
        changed.TryAdd("page", null);
        var kept = Entries.Select(e => changed.Remove(e.Key, out var value) ? (e.Key, (object?)value) : (e.Key, e.Value)).ToList();
        return Uri(path, [.. kept, .. changed.Select(c => (c.Key, (object?)c.Value))]);
    }

    /// <summary>An address with those of the values that are there.</summary>
    public static string Uri(string path, params (string Key, object? Value)[] values)
    {
        var query = new QueryBuilder();
        foreach (var (key, value) in values)
        {
            if (value switch { null => null, DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), IFormattable f => f.ToString(null, CultureInfo.InvariantCulture), _ => value.ToString() } is { Length: > 0 } text)
                query.Add(key, text);
        }
        // A comma says nothing else in an address, and reads better.
        return path + query.ToString().Replace("%2C", ",");
    }
}
