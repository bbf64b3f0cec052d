using KpsCrm.Data.Activities;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Recycling;

/// <summary>
/// Empties the recycle bin for good: row, history, tasks, files, mails; what remains is a line in the security trail. First the database, then the bytes:
/// if that breaks off, they are orphans and swept.
/// </summary>
public sealed class BinPurge(CrmStore store, FileStore files)
{
    private const int PerBatch = 100;

    /// <summary>What was put into the bin before a moment (UTC), a batch at a time so that other writers get their turn.</summary>
    /// <returns>How many records, tasks and files are gone.</returns>
    public async Task<int> PurgeOlderAsync(DateTime before, CancellationToken cancellationToken = default)
    {
        var all = 0;
        for (int gone; (gone = await PurgeAsync(Actor.System, db => OldestAsync(db, before, cancellationToken), cancellationToken)) > 0;)
            all += gone;
        return all;
    }

    /// <summary>One thing now, and with a client its deleted deals.</summary>
    /// <exception cref="AccessDeniedException">Only an admin may.</exception>
    /// <exception cref="RuleException">It is not in the bin.</exception>
    public async Task PurgeNowAsync(Actor who, ItemRef item, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Admin);
        await PurgeAsync(who, async db => await db.FindAnywhereAsync(item) is { DeletedAt: not null } row
            ? [row]
            : throw new RuleException("This is no longer in the recycle bin."), cancellationToken);
    }

    private async Task<int> PurgeAsync(Actor who, Func<CrmDbContext, Task<List<IRecyclable>>> choose, CancellationToken cancellationToken)
    {
        var (gone, bytes) = await store.WriteAsync(who, async db =>
        {
            await db.HoldAsync(RecycleBin.Turn);
            var rows = await choose(db);
            return rows.Count == 0 ? (0, []) : (rows.Count, await RemoveAsync(db, who, rows, cancellationToken));
        }, cancellationToken);
        files.Delete(bytes);
        return gone;
    }

    private static async Task<List<IRecyclable>> OldestAsync(CrmDbContext db, DateTime before, CancellationToken cancellationToken) =>
    [
        .. await db.Deals.IgnoreQueryFilters().Where(d => d.DeletedAt < before).OrderBy(d => d.DeletedAt).Take(PerBatch).ToListAsync(cancellationToken),
        .. await db.Leads.IgnoreQueryFilters().Where(l => l.DeletedAt < before).OrderBy(l => l.DeletedAt).Take(PerBatch).ToListAsync(cancellationToken),
        .. await db.Clients.IgnoreQueryFilters().Where(c => c.DeletedAt < before).OrderBy(c => c.DeletedAt).Take(PerBatch).ToListAsync(cancellationToken),
        .. await db.Tasks.IgnoreQueryFilters().Where(t => t.DeletedAt < before).OrderBy(t => t.DeletedAt).Take(PerBatch).ToListAsync(cancellationToken),
        .. await db.Attachments.IgnoreQueryFilters().Where(f => f.DeletedAt < before).OrderBy(f => f.DeletedAt).Take(PerBatch).ToListAsync(cancellationToken),
    ];

    /// <returns>The names of the files whose rows are gone.</returns>
    private static async Task<List<string>> RemoveAsync(CrmDbContext db, Actor who, List<IRecyclable> rows, CancellationToken cancellationToken)
    {
        int[] Ids<T>() where T : IRecyclable => [.. rows.OfType<T>().Select(r => r switch { IVersioned v => v.Id, Attachment f => f.Id, _ => 0 })];

        var clients = Ids<Client>();
        rows = [.. rows.Union(await db.Deals.IgnoreQueryFilters().Where(d => d.ClientId != null && clients.Contains(d.ClientId.Value) && d.DeletedAt != null).ToListAsync(cancellationToken))];
        var (leads, deals, tasks, removed) = (Ids<Lead>(), Ids<Deal>(), Ids<TaskItem>(), Ids<Attachment>());

        // In a file of an earlier version a deal may have come to its client at the very moment the client was deleted: it goes on without one.
        await db.Deals.IgnoreQueryFilters().Where(d => d.ClientId != null && clients.Contains(d.ClientId.Value) && !deals.Contains(d.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.ClientId, (int?)null).SetProperty(d => d.Version, d => d.Version + 1), cancellationToken);
        await KeepSharedHistoryAsync(db.Activities, leads, clients, deals, cancellationToken);

        var doomed = db.Attachments.IgnoreQueryFilters().Where(f => removed.Contains(f.Id) || (f.LeadId != null && leads.Contains(f.LeadId.Value))
            || (f.ClientId != null && clients.Contains(f.ClientId.Value)) || (f.DealId != null && deals.Contains(f.DealId.Value)));
        var names = await doomed.Select(f => f.StoredAs).ToListAsync(cancellationToken);
        await NoteAsync(db, who, rows, cancellationToken);
        await doomed.ExecuteDeleteAsync(cancellationToken);
        await db.Tasks.IgnoreQueryFilters().Where(t => tasks.Contains(t.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Deals.IgnoreQueryFilters().Where(d => deals.Contains(d.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Clients.IgnoreQueryFilters().Where(c => clients.Contains(c.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Leads.IgnoreQueryFilters().Where(l => leads.Contains(l.Id)).ExecuteDeleteAsync(cancellationToken);
        db.ChangeTracker.Entries().Where(e => e.Entity is IRecyclable).ToList().ForEach(e => e.State = EntityState.Detached);
        db.Changed(Topics.Leads | Topics.Clients | Topics.Deals | Topics.Tasks | Topics.Files | Topics.Activities | Topics.Notifications | Topics.Mail | Topics.Quarantine);
        return names;
    }

    /// <summary>What is also the history of a record that stays, such as a conversion, loses only its link.</summary>
    private static async Task KeepSharedHistoryAsync(DbSet<Activity> activities, int[] leads, int[] clients, int[] deals, CancellationToken cancellationToken)
    {
        await activities.Where(a => a.LeadId != null && leads.Contains(a.LeadId.Value)
                && ((a.ClientId != null && !clients.Contains(a.ClientId.Value)) || (a.DealId != null && !deals.Contains(a.DealId.Value))))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.LeadId, (int?)null), cancellationToken);
        await activities.Where(a => a.ClientId != null && clients.Contains(a.ClientId.Value)
                && ((a.LeadId != null && !leads.Contains(a.LeadId.Value)) || (a.DealId != null && !deals.Contains(a.DealId.Value))))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.ClientId, (int?)null), cancellationToken);
        // A deal's moves stand on its client's timeline too; they are the deal's, and go with it.
        await activities.Where(a => a.DealId != null && deals.Contains(a.DealId.Value) && a.Kind == ActivityKind.Converted
                && ((a.LeadId != null && !leads.Contains(a.LeadId.Value)) || (a.ClientId != null && !clients.Contains(a.ClientId.Value))))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.DealId, (int?)null), cancellationToken);
    }

    private static async Task NoteAsync(CrmDbContext db, Actor who, List<IRecyclable> rows, CancellationToken cancellationToken)
    {
        var deleters = rows.Select(r => r.DeletedById).OfType<int>().Distinct().ToList();
        var names = await db.Users.Where(u => deleters.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, cancellationToken);
        foreach (var row in rows)
        {
            var (kind, id) = (row switch { Lead => "lead", Client => "client", Deal => "deal", TaskItem => "task", _ => "file" }, row switch { IVersioned v => v.Id, Attachment f => f.Id, _ => 0 });
            db.Audit(SecurityEvents.Purged, $"{kind}s/{id}", new
            {
                kind,
                id,
                name = RecycleBin.NameOf(row),
                deletedBy = row.DeletedById is { } deleter ? names.GetValueOrDefault(deleter) : null,
                deletedAt = row.DeletedAt,
                purgedBy = who.Name,
            }, SecuritySeverity.Warning);
        }
    }
}
