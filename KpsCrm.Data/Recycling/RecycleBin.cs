using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace KpsCrm.Data.Recycling;

/// <summary>What it means to lie in the recycle bin: tracked rows, within a write.</summary>
public static class RecycleBin
{
    /// <summary>The name under which <see cref="CrmDbContext.HoldAsync"/> keeps deleting, restoring and purging apart.</summary>
    public const string Turn = "recycle bin";

    public static void MoveToBin(this IRecyclable row, Actor by, DateTime at) => (row.DeletedAt, row.DeletedById) = (at, by.UserId);

    public static void TakeFromBin(this IRecyclable row) => (row.DeletedAt, row.DeletedById) = (null, null);

    /// <summary>The row, whether in use or in the bin; null when there is none that the actor may see.</summary>
    public static async Task<IRecyclable?> FindAnywhereAsync(this CrmDbContext db, ItemRef item)
    {
        var id = item.Id;
        return item.Kind switch
        {
            ItemKind.Lead => await db.View.Leads.IgnoreQueryFilters([ColumnSets.Bin]).SingleOrDefaultAsync(l => l.Id == id),
            ItemKind.Client => await db.View.Clients.IgnoreQueryFilters([ColumnSets.Bin]).SingleOrDefaultAsync(c => c.Id == id),
            ItemKind.Deal => await db.View.Deals.IgnoreQueryFilters([ColumnSets.Bin]).SingleOrDefaultAsync(d => d.Id == id),
            ItemKind.Task => await db.View.Tasks.IgnoreQueryFilters([ColumnSets.Bin]).SingleOrDefaultAsync(t => t.Id == id),
            _ => await db.View.Attachments.IgnoreQueryFilters([ColumnSets.Bin]).SingleOrDefaultAsync(f => f.Id == id),
        };
    }

    /// <summary>What goes to the bin together with a record: a client's deals, and the tasks of each. Those deleted earlier are not among them.</summary>
    public static Task<List<IRecyclable>> InUseWithAsync(CrmDbContext db, IRecyclable row) => WithAsync(db, row, null);

    /// <summary>What went to the bin together with a record, and comes back with it.</summary>
    public static Task<List<IRecyclable>> BinnedWithAsync(CrmDbContext db, IRecyclable row) => WithAsync(db, row, row.DeletedAt);

    /// <summary>A moment for what is deleted now, unlike that of anything deleted before: rows of one moment belong together.</summary>
    public static async Task<DateTime> MomentAsync(CrmDbContext db, IRecyclable row)
    {
        // PostgreSQL keeps microseconds.
        var now = new DateTime(db.Now.Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);
        var (deals, tasks) = Around(db, row);
        var latest = new[] { await deals.MaxAsync(d => d.DeletedAt), await tasks.MaxAsync(t => t.DeletedAt) }.Max();
        return latest >= now ? latest.Value.AddMicroseconds(1) : now;
    }

    /// <summary>The record it belongs to; null when to none.</summary>
    public static ItemRef? OwnerOf(IRecyclable row) => row switch
    {
        Deal deal => deal.ClientId is { } client ? ItemRef.Client(client) : null,
        TaskItem task => ItemRef.Of(task.LeadId, task.ClientId, task.DealId),
        Attachment file => ItemRef.Of(file.LeadId, file.ClientId, file.DealId),
        _ => null,
    };

    /// <summary>The records to which a save puts something that is in use, but for those that it makes itself.</summary>
    internal static List<ItemRef> NewOwners(ChangeTracker tracker) =>
    [
        .. tracker.Entries()
            .Where(e => e.Entity is IRecyclable { DeletedAt: null } && (e.State == EntityState.Added || (e.State == EntityState.Modified && e.Properties.Any(p => p.IsModified && p.Metadata.IsForeignKey()))))
            .Select(e => OwnerOf((IRecyclable)e.Entity)).OfType<ItemRef>().Where(owner => owner.Id > 0).Distinct(),
    ];

    /// <exception cref="RuleException">One of the records lies in the bin.</exception>
    internal static async Task DemandInUseAsync(CrmDbContext db, IEnumerable<ItemRef> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            var id = record.Id;
            if (record.Kind switch
            {
                ItemKind.Lead => await db.Leads.IgnoreQueryFilters().AnyAsync(l => l.Id == id && l.DeletedAt != null, cancellationToken),
                ItemKind.Client => await db.Clients.IgnoreQueryFilters().AnyAsync(c => c.Id == id && c.DeletedAt != null, cancellationToken),
                _ => await db.Deals.IgnoreQueryFilters().AnyAsync(d => d.Id == id && d.DeletedAt != null, cancellationToken),
            })
                throw new RuleException($"This {record.Noun} is no longer there.");
        }
    }

    /// <summary>What the person sees of it: a name or a title.</summary>
    public static string NameOf(IRecyclable row) => row switch
    {
        Lead lead => lead.Name,
        Client client => client.Name,
        Deal deal => deal.Title,
        TaskItem task => task.Title,
        Attachment file => file.Name,
        _ => throw new ArgumentException($"{row.GetType().Name} has no name."),
    };

    /// <summary>What the timeline says of a deletion or its end.</summary>
    public static Activity Activity(IRecyclable row, ActivityKind kind, string summary, Actor by, DateTime at) => new()
    {
        Kind = kind,
        LeadId = row switch { Lead l => l.Id, TaskItem t => t.LeadId, Attachment f => f.LeadId, _ => null },
        ClientId = row switch { Client c => c.Id, Deal d => d.ClientId, TaskItem t => t.ClientId, Attachment f => f.ClientId, _ => null },
        DealId = row switch { Deal d => d.Id, TaskItem t => t.DealId, Attachment f => f.DealId, _ => null },
        ActorId = by.UserId,
        ActorName = by.Name,
        Summary = summary,
        At = at,
        IsSample = row switch { Lead l => l.IsSample, Client c => c.IsSample, Deal d => d.IsSample, TaskItem t => t.IsSample, _ => false },
    };

    private static async Task<List<IRecyclable>> WithAsync(CrmDbContext db, IRecyclable row, DateTime? deletedAt)
    {
        var (deals, tasks) = Around(db, row);
        return [.. await deals.Where(d => d.DeletedAt == deletedAt).OrderBy(d => d.Id).ToListAsync(), .. await tasks.Where(t => t.DeletedAt == deletedAt).OrderBy(t => t.Id).ToListAsync()];
    }

    private static (IQueryable<Deal> Deals, IQueryable<TaskItem> Tasks) Around(CrmDbContext db, IRecyclable row)
    {
        var deals = db.Deals.IgnoreQueryFilters([ColumnSets.Bin]);
        var tasks = db.Tasks.IgnoreQueryFilters([ColumnSets.Bin]);
        return row switch
        {
            Lead lead => (deals.Where(_ => false), tasks.Where(t => t.LeadId == lead.Id)),
            Client client => (deals.Where(d => d.ClientId == client.Id), tasks.Where(t => t.ClientId == client.Id || t.Deal!.ClientId == client.Id)),
            Deal deal => (deals.Where(_ => false), tasks.Where(t => t.DealId == deal.Id)),
            _ => (deals.Where(_ => false), tasks.Where(_ => false)),
        };
    }
}
