using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>Keeps the text index: brings it up to date, proves it, makes it anew. Searches are complete without it, only slower.</summary>
public sealed class SearchIndex(CrmStore store)
{
    /// <summary>Small, so that other writers wait for a few milliseconds at most.</summary>
    private const int Step = 100;

    /// <summary>Indexes what is waiting.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken = default)
    {
        while (await StepAsync(cancellationToken))
        {
        }
    }

    /// <summary>Indexes some of what is waiting, in one write.</summary>
    /// <returns>False when nothing was waiting.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken = default)
    {
        foreach (var kind in SearchKind.All)
        {
            if (await CountPendingAsync(kind, 1, cancellationToken) > 0 && await store.WriteAsync(Actor.System, db => IndexAsync(db, kind), cancellationToken) > 0)
                return true;
        }
        return false;
    }

    /// <summary>How many records wait for being indexed; counts no further than <paramref name="most"/>.</summary>
    public async Task<int> PendingAsync(int most = int.MaxValue, CancellationToken cancellationToken = default)
    {
        var pending = 0;
        foreach (var kind in SearchKind.All)
            pending += await CountPendingAsync(kind, most, cancellationToken);
        return Math.Min(pending, most);
    }

    /// <summary>Compares the index with the records.</summary>
    /// <returns>One sentence per finding; none when all is well. What still waits to be indexed is no finding.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken = default)
    {
        var findings = new List<string>();
        await foreach (var wrong in FindWrongAsync(cancellationToken))
            findings.Add(wrong.Sentence);
        return findings;
    }

    internal async IAsyncEnumerable<WrongEntry> FindWrongAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var kind in SearchKind.All)
        {
            int[] orphans = await store.ReadAsync(Actor.System, view => view.Db.Database.SqlQueryRaw<int>(view.Db.SearchSql.Orphans(kind)).ToArrayAsync(cancellationToken), cancellationToken);
            foreach (var id in orphans)
                yield return new(kind, id, $"The search index of {kind.Table} has the number {id}, which no record bears.");

            var sums = await store.ReadAsync(Actor.System, view => view.Db.SearchSql.SumsAsync(view.Db, kind, cancellationToken), cancellationToken);
            var from = 0;
            while (await DifferentAsync(kind, from, sums, cancellationToken) is { Last: > 0 } part)
            {
                foreach (var id in part.Different)
                    yield return new(kind, id, $"The search index of {kind.Table} has number {id} otherwise than the record reads.");
                from = part.Last;
            }
        }
    }

    /// <summary>Puts what is wrong into the index as the records read now.</summary>
    internal async Task MendAsync(Actor who, IReadOnlyCollection<WrongEntry> wrong, CancellationToken cancellationToken)
    {
        foreach (var of in wrong.GroupBy(w => w.Kind))
        {
            foreach (var ids in of.Select(w => w.Id).Chunk(Step))
                await store.WriteAsync(who, async db =>
                {
                    var documents = await of.Key.ReadAsync(db, ids);
                    await db.SearchSql.PutAsync(db, of.Key, ids, documents);
                    await db.SearchSql.AddWordsAsync(db, [.. documents.SelectMany(d => d.Words).Distinct()]);
                    db.Audit(SecurityEvents.Repaired, "search", new { of = of.Key.Table, ids });
                }, cancellationToken);
        }
    }

    /// <summary>Makes the index anew.</summary>
    public async Task RebuildAsync(CancellationToken cancellationToken = default)
    {
        foreach (var kind in SearchKind.All)
        {
            await store.WriteAsync(Actor.System, db => db.SearchSql.ClearAsync(db, kind), cancellationToken);
        }
        await CatchUpAsync(cancellationToken);
    }

    private static async Task<int> IndexAsync(CrmDbContext db, SearchKind kind)
    {
        int[] ids = await db.Database.SqlQueryRaw<int>(db.SearchSql.Take(kind, Step)).ToArrayAsync();
        if (ids.Length == 0)
            return 0;
        var documents = await kind.ReadAsync(db, ids);
        await db.SearchSql.PutAsync(db, kind, ids, documents);
        await db.SearchSql.AddWordsAsync(db, [.. documents.SelectMany(d => d.Words).Distinct()]);
        return ids.Length;
    }

    private Task<int> CountPendingAsync(SearchKind kind, int most, CancellationToken cancellationToken) =>
        store.ReadAsync(Actor.System, view => view.Db.Database.SqlQueryRaw<int>(view.Db.SearchSql.Pending(kind)).Take(most).CountAsync(cancellationToken), cancellationToken);

    /// <summary>A thousand records and their documents, from one moment; those that wait to be indexed are left out.</summary>
    private Task<(int Last, IReadOnlyList<int> Different)> DifferentAsync(SearchKind kind, int after, IReadOnlyDictionary<int, long> sums, CancellationToken cancellationToken) =>
        store.ReadAsync(Actor.System, async view =>
        {
            await using var moment = await view.Db.SnapshotAsync(cancellationToken);
            int[] ids = await view.Db.Database.SqlQueryRaw<int>(kind.NumbersAfter, after).OrderBy(id => id).Take(1_000).ToArrayAsync(cancellationToken);
            if (ids.Length == 0)
                return (0, (IReadOnlyList<int>)[]);
            var pending = (await view.Db.Database.SqlQueryRaw<int>(view.Db.SearchSql.Pending(kind)).ToListAsync(cancellationToken)).ToHashSet();
            var documents = await kind.ReadAsync(view.Db, [.. ids.Where(id => !pending.Contains(id))]);
            return (ids[^1], await view.Db.SearchSql.DifferentAsync(view.Db, kind, documents, sums));
        }, cancellationToken);
}

/// <summary>Something the index has otherwise than the record reads.</summary>
internal sealed record WrongEntry(SearchKind Kind, int Id, string Sentence);
