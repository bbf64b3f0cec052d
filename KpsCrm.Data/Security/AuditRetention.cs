using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>Removes what is older than it need be kept. A row of the trail says what went and on which hash the rest stands, so that the rest stays provable.</summary>
public sealed class AuditRetention(CrmStore store, AuditCheck check)
{
    /// <summary>Of one write, so that nobody waits long.</summary>
    private const int MostPerWrite = 5_000;

    /// <returns>How many rows were removed.</returns>
    public async Task<int> RunAsync(int keepDays, CancellationToken cancellationToken = default)
    {
        var removed = 0;
        while (await store.WriteAsync(Actor.System, db => RemoveAsync(db, keepDays, cancellationToken), cancellationToken) is var rows and > 0)
            removed += rows;
        if (removed > 0)
            await check.AnchorAsync("retention", cancellationToken);
        return removed;
    }

    private static async Task<int> RemoveAsync(CrmDbContext db, int keepDays, CancellationToken cancellationToken)
    {
        await db.HoldAsync("audit_retention");
        var before = db.Now.AddDays(-keepDays);
        // What came over from the older system is kept as long, counted from the day it came: nobody could look at it here before.
        var came = await db.SecurityLogs.Where(l => l.EventType == SecurityEvents.Adopted && l.Seq != null && l.CreatedAt >= before).MaxAsync(l => (int?)l.Id, cancellationToken) ?? 0;
        var unproved = await db.SecurityLogs.Where(l => l.Seq == null && l.CreatedAt < before && l.Id > came).OrderBy(l => l.Id).Select(l => l.Id).Take(MostPerWrite).ToListAsync(cancellationToken);
        // From the chain's beginning only: a clock that once went wrong keeps rows longer, and tears no hole.
        var kept = await db.SecurityLogs.Where(l => l.Seq != null && l.CreatedAt >= before).MinAsync(l => l.Seq, cancellationToken) ?? await db.SecurityLogs.MaxAsync(l => l.Seq, cancellationToken) ?? 0;
        var links = await db.SecurityLogs.Where(l => l.Seq < kept).OrderBy(l => l.Seq).Select(l => new { l.Seq, l.Hash }).Take(MostPerWrite).ToListAsync(cancellationToken);
        if (unproved.Count + links.Count == 0)
            return 0;

        if (unproved.LastOrDefault() is var lastUnproved and > 0)
            await db.SecurityLogs.Where(l => l.Seq == null && l.CreatedAt < before && l.Id > came && l.Id <= lastUnproved).ExecuteDeleteAsync(cancellationToken);
        var (from, to) = links.Count > 0 ? (links[0].Seq!.Value, links[^1].Seq!.Value) : (0, 0);
        if (links.Count > 0)
            await db.SecurityLogs.Where(l => l.Seq >= from && l.Seq <= to).ExecuteDeleteAsync(cancellationToken);
        db.Audit(SecurityEvents.AuditPurged, details: new { from, to, hash = links.LastOrDefault()?.Hash, rows = links.Count, unproved = unproved.Count, olderThan = before.ToString(AuditChain.Time, CultureInfo.InvariantCulture) });
        return unproved.Count + links.Count;
    }
}
