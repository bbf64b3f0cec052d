using System.Linq.Expressions;
using KpsCrm.Data;
using KpsCrm.Data.Search;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Shared;

/// <summary>Where in a list someone is; both from the query string.</summary>
/// <param name="Sort">A column's key, with a minus in front for descending; null for the list's own order, which for a search is the best first.</param>
/// <param name="Number">The page, from 1.</param>
/// <param name="Beside">Not what matches the text sought, but a few rows whose name is close to it.</param>
public sealed record ListPlace(string? Sort, int Number, bool Beside = false)
{
    /// <summary>With fewer hits than these, similar names are of use.</summary>
    public const int Few = 5;

    /// <summary>Rows of a page.</summary>
    public const int Size = 50;

    public static ListPlace Of(ListQuery query) => new(query.Text("sort"), Math.Clamp(query.Number("page") ?? 1, 1, 1_000_000));
}

/// <summary>One page of a list. It comes at once; what all pages come to is a question of its own, <see cref="ListTotal"/>.</summary>
/// <param name="Number">The page shown; the last there is when fewer are left than the address says.</param>
/// <param name="HasMore">There is a next page.</param>
/// <param name="IsSimilar">Nothing matches the text sought; these rows have a name that is close to it.</param>
public sealed record ListPage<TRow>(IReadOnlyList<TRow> Rows, int Number, bool HasMore, bool IsSimilar = false);

/// <summary>What all pages of a list come to.</summary>
public sealed record ListTotal(int Count, long Cents)
{
    public int Pages => Math.Max(1, (Count + ListPlace.Size - 1) / ListPlace.Size);
}

/// <summary>The orders a list offers, by the key of the column; the first is the list's own.</summary>
public sealed class ListSorts<T>(params (string Key, Expression<Func<T, object?>> By)[] sorts) where T : class, IEditable
{
    /// <summary>How far an order is walked in search of rows that pass a filter, before the database is left to find them its own way.</summary>
    private static readonly int[] Strides = [500, 2_500];

    private readonly HashSet<string> _walked = [];

    /// <summary>These orders are indexes, so that their beginning costs next to nothing.</summary>
    public ListSorts<T> Indexed(params IEnumerable<string> keys)
    {
        _walked.UnionWith(keys);
        return this;
    }

    /// <summary>
    /// Sorted and cut in the database, which reads no further than the page's end. Ties are broken by the id, so that no row is on two pages or on none.
    /// </summary>
    /// <param name="rows">Those that pass the filter.</param>
    /// <param name="found">What the text of the filter finds; null without one.</param>
    /// <param name="all">Every row, when a filter narrows them otherwise than by an index that has the order.</param>
    public async Task<ListPage<TRow>> PageAsync<TRow>(IQueryable<T> rows, Found<T>? found, ListPlace place, Expression<Func<T, TRow>> row, CancellationToken cancellationToken, IQueryable<T>? all = null)
    {
        if (place.Beside)
            return new(found is not null && await found.BesideAsync(cancellationToken) is { } near ? await near.BestAsync(rows, 0, ListPlace.Few, row, cancellationToken) : [], 1, false, IsSimilar: true);
        if (all is not null && found is null && place.Number == 1 && await WalkAsync(all, rows, place.Sort, row, cancellationToken) is { } first)
            return new([.. first.Take(ListPlace.Size)], 1, first.Count > ListPlace.Size);

        var number = place.Number;
        var page = await TakeAsync(rows, found, place.Sort, number, row, cancellationToken);
        if (page.Count == 0 && number > 1)
        {
            // Rows may have gone since the address was written; the last page is then the nearest.
            number = new ListTotal(await (await InAsync(rows, found, cancellationToken)).CountAsync(cancellationToken), 0).Pages;
            page = await TakeAsync(rows, found, place.Sort, number, row, cancellationToken);
        }
        return new([.. page.Take(ListPlace.Size)], number, page.Count > ListPlace.Size, found?.IsSimilar ?? false);
    }

    /// <summary>How many rows all pages have, and what they are worth.</summary>
    public static async Task<ListTotal> TotalAsync(IQueryable<T> rows, Found<T>? found, Expression<Func<T, long>> cents, CancellationToken cancellationToken) =>
        await (await InAsync(rows, found, cancellationToken)).Select(cents).GroupBy(_ => 1).Select(g => new ListTotal(g.Count(), g.Sum())).FirstOrDefaultAsync(cancellationToken) ?? new(0, 0);

    /// <summary>One row more than the page has, which tells whether there is a next.</summary>
    private async Task<List<TRow>> TakeAsync<TRow>(IQueryable<T> rows, Found<T>? found, string? sort, int number, Expression<Func<T, TRow>> row, CancellationToken cancellationToken)
    {
        var skip = (number - 1) * ListPlace.Size;
        var order = OrderOf(sort);
        if (found is not null && !order.IsKnown)
            return await found.BestAsync(rows, skip, ListPlace.Size + 1, row, cancellationToken);

        rows = await InAsync(rows, found, cancellationToken);
        if (skip == 0 && _walked.Contains(order.Key))
            return await order.Sort(rows).Take(ListPlace.Size + 1).Select(row).ToListAsync(cancellationToken);

        // What is skipped, or sorted and not shown, is passed by without a look at all of its columns and at the rows it refers to.
        int[] ids = await order.Sort(rows).Skip(skip).Take(ListPlace.Size + 1).Select(r => r.Id).ToArrayAsync(cancellationToken);
        return await order.Sort(rows.Where(r => EF.Parameter(ids).Contains(r.Id))).Select(row).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// The first rows that pass a filter, found by walking the order. A database without figures about its rows would rather collect all that pass,
    /// tens of thousands, and sort them.
    /// </summary>
    /// <returns>Null when few pass: those are better collected and sorted.</returns>
    private async Task<List<TRow>?> WalkAsync<TRow>(IQueryable<T> all, IQueryable<T> rows, string? sort, Expression<Func<T, TRow>> row, CancellationToken cancellationToken)
    {
        var order = OrderOf(sort);
        if (!_walked.Contains(order.Key))
            return null;
        foreach (var stride in Strides)
        {
            int[] ids = await order.Sort(all).Take(stride).Select(r => r.Id).ToArrayAsync(cancellationToken);
            var passing = await order.Sort(rows.Where(r => EF.Parameter(ids).Contains(r.Id))).Take(ListPlace.Size + 1).Select(row).ToListAsync(cancellationToken);
            if (passing.Count > ListPlace.Size || ids.Length < stride)
                return passing;
        }
        return null;
    }

    private Order OrderOf(string? sort)
    {
        var (key, descending) = sort is ['-', .. var rest] ? (rest, true) : (sort, false);
        var known = Array.FindIndex(sorts, s => s.Key == key);
        var (ofKey, by) = sorts[Math.Max(0, known)];
        return new(ofKey, known >= 0, rows => descending || known < 0 ? rows.OrderByDescending(by).ThenByDescending(r => r.Id) : rows.OrderBy(by).ThenBy(r => r.Id));
    }

    private sealed record Order(string Key, bool IsKnown, Func<IQueryable<T>, IOrderedQueryable<T>> Sort);

    private static async Task<IQueryable<T>> InAsync(IQueryable<T> rows, Found<T>? found, CancellationToken cancellationToken) =>
        found is null ? rows : await found.InAsync(rows, cancellationToken);
}
