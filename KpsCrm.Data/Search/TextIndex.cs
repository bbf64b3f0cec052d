using System.ComponentModel.DataAnnotations.Schema;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>
/// Finds records by text. What the index does not hold yet is read and compared here, by the same rules, so that an answer is always complete:
/// right after a commit, after a crash, and while a new index is being made.
/// </summary>
internal static class TextIndex
{
    /// <summary>Up to so many hits are known by number and ordered in memory; more are left to the database, which stops at the page's end.</summary>
    public const int Few = 100;

    public static async Task<Found<T>?> FindAsync<T>(CrmDbContext db, string? typed, CancellationToken cancellationToken) where T : class, IEditable
    {
        if (SearchText.Of(typed) is not { } text)
            return null;
        var found = await FindAsync<T>(db, text, isSimilar: false, cancellationToken);
        return found.IsEmpty ? await FindSimilarAsync<T>(db, text, cancellationToken) ?? found : found;
    }

    public static async Task<Found<T>?> FindSimilarAsync<T>(CrmDbContext db, string? typed, CancellationToken cancellationToken) where T : class, IEditable =>
        SearchText.Of(typed) is { } text ? await FindSimilarAsync<T>(db, text, cancellationToken) : null;

    public static async Task<Found<T>?> FindSimilarAsync<T>(CrmDbContext db, SearchText text, CancellationToken cancellationToken) where T : class, IEditable =>
        await NearAsync(db, text, cancellationToken) is { Count: > 0 } near && await FindAsync<T>(db, text.Or(near), isSimilar: true, cancellationToken) is { IsEmpty: false } found ? found : null;

    /// <summary>What is close to the text, without what fits it as it is.</summary>
    public static async Task<Found<T>?> FindBesideAsync<T>(CrmDbContext db, SearchText text, CancellationToken cancellationToken) where T : class, IEditable =>
        await NearAsync(db, text, cancellationToken) is var near && near.Any(n => n.Value.Any(word => word != n.Key))
        && await FindAsync<T>(db, text.Beside(near), isSimilar: true, cancellationToken) is { IsEmpty: false } found ? found : null;

    /// <summary>The words of what waits to be indexed are known already: what is close to them is found at once, and not only once nobody asks any more.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> NearAsync(CrmDbContext db, SearchText text, CancellationToken cancellationToken)
    {
        var fresh = new HashSet<string>();
        foreach (var kind in SearchKind.All)
        {
            if (await PendingAsync(db, kind, cancellationToken) is { Length: > 0 } pending)
                fresh.UnionWith((await kind.ReadAsync(db, pending)).SelectMany(d => d.Words));
        }
        return await NameWords.NearAsync(db, text, fresh, cancellationToken);
    }

    private static Task<int[]> PendingAsync(CrmDbContext db, SearchKind kind, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<int>(db.SearchSql.Pending(kind)).ToArrayAsync(cancellationToken);

    private static async Task<Found<T>> FindAsync<T>(CrmDbContext db, SearchText text, bool isSimilar, CancellationToken cancellationToken) where T : class, IEditable
    {
        var kind = SearchKind.Of<T>();
        // Before the index is asked: what is indexed meanwhile is then on both sides and counted once, never on none.
        var pending = await PendingAsync(db, kind, cancellationToken);
        if (Gate.IsNarrow(db.Actor))
            pending = [.. pending.Union(await kind.PartlySeenAsync(db, cancellationToken))];
        var fits = pending.Length == 0 ? [] : (await kind.ReadAsync(db, pending)).Select(d => (d.Id, Fit: text.FitOf(d))).Where(d => d.Fit is not null).Select(d => new Hit(d.Id, d.Fit!.Value)).ToList();
        var indexed = await Matching(db, kind, text, null, pending).OrderByDescending(m => m.Id).Take(Few + 1).Select(m => m.Id).ToArrayAsync(cancellationToken);
        return new Found<T>(db, kind, text, pending, fits, indexed) { IsSimilar = isSimilar };
    }

    public static IQueryable<Match> Matching(CrmDbContext db, SearchKind kind, SearchText text, Fit? fit, int[] without)
    {
        var (sql, parameters) = db.SearchSql.Matching(kind, text, fit);
        var matches = db.Database.SqlQueryRaw<Match>(sql, parameters);
        return without.Length == 0 ? matches : matches.Where(m => !EF.Parameter(without).Contains(m.Id));
    }
}

/// <summary>What the index found.</summary>
internal sealed class Match
{
    [Column("id")]
    public int Id { get; init; }
}

internal readonly record struct Hit(int Id, Fit Fit);
