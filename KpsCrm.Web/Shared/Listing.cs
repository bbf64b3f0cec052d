using System.Linq.Expressions;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Shared;

/// <summary>Where in a list someone is; both from the query string.</summary>
/// <param name="Sort">A column's key, with a minus in front for descending; null for the list's own order.</param>
/// <param name="Number">The page, from 1.</param>
public sealed record ListPlace(string? Sort, int Number)
{
    public static ListPlace Of(ListQuery query) => new(query.Text("sort"), Math.Clamp(query.Number("page") ?? 1, 1, 1_000_000));
}

/// <summary>One page of a list, and what all its pages come to.</summary>
public sealed record ListPage<TRow>(IReadOnlyList<TRow> Rows, int Count, long Cents, int Number)
{
    public const int Size = 50;

    public int Pages => Math.Max(1, (Count + Size - 1) / Size);
}

/// <param name="Key">What the query string calls the column; null where nothing sorts by it.</param>
public sealed record ListColumn<TRow>(string Title, string? Key, RenderFragment<TRow> Cell, bool Number = false);

/// <summary>The orders a list offers, by the key of the column; the first is the list's own.</summary>
public sealed class ListSorts<T>(params (string Key, Expression<Func<T, object?>> By)[] sorts)
{
    /// <summary>Sorted and cut in the database. Ties are broken by <paramref name="id"/>, so that no row is on two pages or on none.</summary>
    public async Task<ListPage<TRow>> PageAsync<TRow>(IQueryable<T> rows, ListPlace place, Expression<Func<T, int>> id, Expression<Func<T, long>> cents, Expression<Func<T, TRow>> row, CancellationToken cancellationToken)
    {
        var total = await rows.Select(cents).GroupBy(_ => 1).Select(g => new { Count = g.Count(), Cents = g.Sum() }).FirstOrDefaultAsync(cancellationToken);
        var count = total?.Count ?? 0;
        // Rows may have gone since the address was written; the last page is then the nearest.
        var number = Math.Min(place.Number, Math.Max(1, (count + ListPage<TRow>.Size - 1) / ListPage<TRow>.Size));

        var (key, descending) = place.Sort is ['-', .. var rest] ? (rest, true) : (place.Sort, false);
        var known = Array.FindIndex(sorts, s => s.Key == key);
        var by = sorts[Math.Max(0, known)].By;
        descending |= known < 0;
        var ordered = descending ? rows.OrderByDescending(by).ThenByDescending(id) : rows.OrderBy(by).ThenBy(id);
        var page = await ordered.Skip((number - 1) * ListPage<TRow>.Size).Take(ListPage<TRow>.Size).Select(row).ToListAsync(cancellationToken);
        return new(page, count, total?.Cents ?? 0, number);
    }
}
