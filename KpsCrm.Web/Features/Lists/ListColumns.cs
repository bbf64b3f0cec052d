using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Lists;

/// <summary>Which columns a list shows, and in which order: <c>cols=status,owner</c>. The name comes first and needs no mention.</summary>
public static class ListColumns
{
    public const string Key = "cols";

    public static IReadOnlyList<ListColumn<TRow>> Of<TRow>(IReadOnlyList<ListColumn<TRow>> all, ListQuery query)
    {
        var chosen = Split(query).Select(key => all.Skip(1).FirstOrDefault(c => c.Key == key)).OfType<ListColumn<TRow>>().Distinct().ToList();
        return [all[0], .. chosen.Count > 0 || query.Text(Key) == all[0].Key ? chosen : all.Skip(1).Where(c => c.Shown)];
    }

    /// <summary>How an address says these; null for those that a list shows anyway.</summary>
    public static string? Said<TRow>(IReadOnlyList<ListColumn<TRow>> all, IReadOnlyList<ListColumn<TRow>> shown) =>
        shown.Skip(1).SequenceEqual(all.Skip(1).Where(c => c.Shown)) ? null
        : shown.Count <= 1 ? all[0].Key
        : string.Join(',', shown.Skip(1).Select(c => c.Key));

    /// <summary>The orders to choose from: as an address says each, and as people do.</summary>
    public static IReadOnlyList<(string Key, string Name)> Orders<TRow>(IReadOnlyList<ListColumn<TRow>> all) => [.. all.Where(c => c.Sorts).SelectMany(c =>
    {
        var (first, second) = c.Orders ?? (c.Number ? ("highest first", "lowest first") : c.LargestFirst ? ("latest first", "earliest first") : ("A to Z", "Z to A"));
        return c.LargestFirst ? new[] { ("-" + c.Key, $"{c.Title}, {first}"), (c.Key, $"{c.Title}, {second}") } : [(c.Key, $"{c.Title}, {first}"), ("-" + c.Key, $"{c.Title}, {second}")];
    })];

    public static IEnumerable<string> Problems<TRow>(IReadOnlyList<ListColumn<TRow>> all, ListQuery query)
    {
        foreach (var key in Split(query).Where(key => all.All(c => c.Key != key)))
            yield return $"There is no column “{FilterField.Short(key)}”; it was left out.";
        if (query.Text("sort") is { } sort && !all.Any(c => c.Sorts && c.Key == sort.TrimStart('-')))
            yield return $"The list can't be sorted by “{FilterField.Short(sort.TrimStart('-'))}”; it has its own order.";
    }

    private static string[] Split(ListQuery query) => (query.Text(Key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
