using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>The records of one kind that a text finds. Lives as long as the <see cref="Security.CrmView"/> it came from.</summary>
public sealed class Found<T> where T : class, IEditable
{
    /// <summary>Beyond these the database looks them up itself.</summary>
    private const int MostByNumber = 100_000;

    private readonly CrmDbContext _db;
    private readonly SearchKind _kind;
    private readonly SearchText _text;
    private readonly int[] _pending;
    private readonly IReadOnlyList<Hit> _fresh;
    private readonly int[] _indexed;

    /// <param name="pending">What the index does not hold as it is now.</param>
    /// <param name="fresh">Those of the pending that fit.</param>
    /// <param name="indexed">The newest that the index found, up to one more than <see cref="TextIndex.Few"/>.</param>
    internal Found(CrmDbContext db, SearchKind kind, SearchText text, int[] pending, IReadOnlyList<Hit> fresh, int[] indexed) =>
        (_db, _kind, _text, _pending, _fresh, _indexed) = (db, kind, text, pending, fresh, indexed);

    /// <summary>Nothing matches what was typed; these have a name that is close to it.</summary>
    public bool IsSimilar { get; init; }

    /// <summary>The same to somebody who sees none of them: nothing was found, and nothing is like it.</summary>
    internal Found<T> OutOfSight() => new(_db, _kind, _text, [], [], []);

    internal bool IsEmpty => _fresh.Count + _indexed.Length == 0;

    private bool AreFew => _indexed.Length <= TextIndex.Few && _fresh.Count <= TextIndex.Few;

    /// <summary>Records with a name that is close to what was typed, beside those that match it; null when there are none, or when these are such already.</summary>
    public Task<Found<T>?> BesideAsync(CancellationToken cancellationToken) =>
        IsSimilar ? Task.FromResult<Found<T>?>(null) : TextIndex.FindBesideAsync<T>(_db, _text, cancellationToken);

    /// <summary>Those of <paramref name="rows"/> that were found, in no order: for totals, boards, and lists with an order of their own.</summary>
    public async Task<IQueryable<T>> InAsync(IQueryable<T> rows, CancellationToken cancellationToken)
    {
        int[] fresh = [.. _fresh.Select(h => h.Id)];
        var indexed = AreFew ? _indexed : await TextIndex.Matching(_db, _kind, _text, null, _pending).Take(MostByNumber + 1).Select(m => m.Id).ToArrayAsync(cancellationToken);
        if (indexed.Length <= MostByNumber)
            return Among(rows, [.. indexed, .. fresh]);

        var all = TextIndex.Matching(_db, _kind, _text, null, _pending);
        return rows.Where(r => EF.Parameter(fresh).Contains(r.Id) || all.Select(m => m.Id).Contains(r.Id));
    }

    /// <summary>Those of <paramref name="rows"/> that were found, the best first: hits in the name before the rest, its beginning before its inside, newest first within.</summary>
    public async Task<List<TRow>> BestAsync<TRow>(IQueryable<T> rows, int skip, int take, Expression<Func<T, TRow>> row, CancellationToken cancellationToken)
    {
        if (AreFew)
            return await BestOfFewAsync(rows, skip, take, row, cancellationToken);

        var best = new List<TRow>();
        foreach (var part in Parts(rows))
        {
            if (skip > 0 && await part.Take(skip).CountAsync(cancellationToken) is var passed && passed < skip)
            {
                skip -= passed;
                continue;
            }
            best.AddRange(await part.Skip(skip).Take(take - best.Count).Select(row).ToListAsync(cancellationToken));
            skip = 0;
            if (best.Count == take)
                break;
        }
        return best;
    }

    private async Task<List<TRow>> BestOfFewAsync<TRow>(IQueryable<T> rows, int skip, int take, Expression<Func<T, TRow>> row, CancellationToken cancellationToken)
    {
        int[] ids = [.. _indexed, .. _fresh.Select(h => h.Id)];
        var names = await Among(rows, ids).Select(_kind.NameOf<T>()).ToListAsync(cancellationToken);
        var fits = _fresh.ToDictionary(h => h.Id, h => h.Fit);
        int[] page = [.. names.OrderBy(r => fits.TryGetValue(r.Id, out var fit) ? fit : _text.FitOf(SearchDocument.NameOf(r.Name))).ThenByDescending(r => r.Id).Skip(skip).Take(take).Select(r => r.Id)];
        if (page.Length == 0)
            return [];

        var places = page.Index().ToDictionary(p => p.Item, p => p.Index);
        var found = await Among(rows, page).Select(Numbered(row)).ToListAsync(cancellationToken);
        return [.. found.OrderBy(r => places[r.Id]).Select(r => r.Row)];
    }

    /// <summary>One after the other: how well they fit, the fresh ones before what is indexed, the newest first. Each is read only as far as it is needed.</summary>
    private IEnumerable<IQueryable<T>> Parts(IQueryable<T> rows)
    {
        foreach (var fit in Enum.GetValues<Fit>())
        {
            if (_fresh.Where(h => h.Fit == fit).Select(h => h.Id).ToArray() is { Length: > 0 } fresh)
                yield return Among(rows, fresh).OrderByDescending(r => r.Id);
            if (fit == Fit.NameStart && _text.NameStart is null)
                continue;
            var indexed = TextIndex.Matching(_db, _kind, _text, fit, _pending);
            // Newest first, until it has enough.
            yield return InOrderOfLoops(indexed, rows).OrderByDescending(p => p.Match.Id).Select(p => p.Record);
        }
    }

    private IQueryable<T> Among(IQueryable<T> rows, int[] ids)
    {
        var (sql, parameter) = _db.SearchSql.Numbers(ids);
        return InOrderOfLoops(_db.Database.SqlQueryRaw<Match>(sql, parameter), rows).Select(p => p.Record);
    }

    /// <summary>The order of the words is the order of the loops: SQLite takes the found one after the other and looks each record up, rather than reading all that pass the filter.</summary>
    private static IQueryable<Pair> InOrderOfLoops(IQueryable<Match> found, IQueryable<T> rows) =>
        found.SelectMany(_ => rows, (match, record) => new Pair { Match = match, Record = record }).Where(p => p.Record.Id == p.Match.Id);

    private sealed class Pair
    {
        public required Match Match { get; init; }
        public required T Record { get; init; }
    }

    private static Expression<Func<T, NumberedRow<TRow>>> Numbered<TRow>(Expression<Func<T, TRow>> row) =>
        Expression.Lambda<Func<T, NumberedRow<TRow>>>(Expression.MemberInit(Expression.New(typeof(NumberedRow<TRow>)),
            Expression.Bind(typeof(NumberedRow<TRow>).GetProperty(nameof(NumberedRow<>.Id))!, Expression.Property(row.Parameters[0], nameof(IEditable.Id))),
            Expression.Bind(typeof(NumberedRow<TRow>).GetProperty(nameof(NumberedRow<>.Row))!, row.Body)), row.Parameters);

    private sealed class NumberedRow<TRow>
    {
        public int Id { get; init; }
        public required TRow Row { get; init; }
    }
}
