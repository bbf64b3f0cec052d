using KpsCrm.Data.Activities;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>A small firm's year, dated back from today, to try the program with. Every row is tagged, so that it can be removed again.</summary>
public sealed class SampleData(CrmStore store, TimeProvider clock)
{
    /// <summary>Adds the sample firm in one transaction, if there is no lead, client or deal yet.</summary>
    /// <param name="zone">The company's time zone, in which its days begin.</param>
    /// <returns>Whether rows were added.</returns>
    public Task<bool> AddIfEmptyAsync(SampleTeam team, TimeZoneInfo zone, CancellationToken cancellationToken = default)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(clock.GetUtcNow().UtcDateTime, zone));
        return store.WriteAsync(Actor.System, async db =>
        {
            if (await db.Leads.AnyAsync(cancellationToken) || await db.Clients.AnyAsync(cancellationToken) || await db.Deals.AnyAsync(cancellationToken))
                return false;

            var firm = new SampleFirm(team, today, zone);
            db.Leads.AddRange(firm.Leads);
            db.Clients.AddRange(firm.Clients);
            db.Deals.AddRange(firm.Deals);
            db.Activities.AddRange(firm.Activities);
            db.Tasks.AddRange(firm.Tasks);
            db.Notifications.AddRange(firm.Notifications);
            await db.SaveChangesAsync(cancellationToken);
            db.AnalyticsEvents.AddRange(SampleContacts.Visits(firm));
            return true;
        }, cancellationToken);
    }

    public Task<bool> AnyAsync(Actor who, CancellationToken cancellationToken = default) => store.ReadAsync(who, async view =>
        await view.Leads.AnyAsync(l => l.IsSample, cancellationToken) || await view.Clients.AnyAsync(c => c.IsSample, cancellationToken) || await view.Deals.AnyAsync(d => d.IsSample, cancellationToken), cancellationToken);

    /// <summary>
    /// Removes the tagged rows with their history, also from the recycle bin. What people added stays, and so does a sample record that it rests on (a client with a deal, task or
    /// file of one's own, a lead who really wrote): such a row loses its tag. The demo accounts stay; they are removed as people.
    /// </summary>
    /// <exception cref="AccessDeniedException">Only an admin may.</exception>
    public Task<SampleRemoval> RemoveAsync(Actor who, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Admin);
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAsync(RecycleBin.Turn);
            var kept = await KeepWhatIsUsedAsync(db, cancellationToken);
            var removed = await db.Activities.Where(a => a.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.OutgoingMails.Where(m => m.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Tasks.IgnoreQueryFilters().Where(t => t.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Deals.IgnoreQueryFilters().Where(d => d.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Clients.IgnoreQueryFilters().Where(c => c.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Leads.IgnoreQueryFilters().Where(l => l.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.AnalyticsEvents.Where(e => e.IsSample).ExecuteDeleteAsync(cancellationToken);
            await LifetimeValue.RecomputeAsync(db, cancellationToken);
            db.Changed(Topics.All);
            return new SampleRemoval(removed, kept);
        }, cancellationToken);
    }

    private static async Task<IReadOnlyList<KeptRow>> KeepWhatIsUsedAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        var (leads, clients, deals) = (db.Leads.IgnoreQueryFilters(), db.Clients.IgnoreQueryFilters(), db.Deals.IgnoreQueryFilters());
        // Tasks and files that lie in the bin hold nothing back.
        var (tasks, files) = (db.Tasks.Where(t => !t.IsSample), db.Attachments);

        var keptDeals = await deals.Where(d => d.IsSample)
            .Select(d => new { d.Id, d.ClientId, Name = d.Title, Tasks = tasks.Any(t => t.DealId == d.Id), Files = files.Any(f => f.DealId == d.Id) })
            .Where(d => d.Tasks || d.Files).ToListAsync(cancellationToken);
        var theirClients = keptDeals.Select(d => d.ClientId).OfType<int>().ToList();
        var keptClients = await clients.Where(c => c.IsSample)
            .Select(c => new { c.Id, c.Name, Deals = deals.Any(d => !d.IsSample && d.ClientId == c.Id) || theirClients.Contains(c.Id), Tasks = tasks.Any(t => t.ClientId == c.Id), Files = files.Any(f => f.ClientId == c.Id) })
            .Where(c => c.Deals || c.Tasks || c.Files).ToListAsync(cancellationToken);
        var keptLeads = await leads.Where(l => l.IsSample)
            .Select(l => new
            {
                l.Id, l.Name,
                Deals = deals.Any(d => !d.IsSample && d.LeadId == l.Id), Clients = clients.Any(c => !c.IsSample && c.LeadId == l.Id),
                Enquiries = db.Activities.Any(a => !a.IsSample && a.Kind == ActivityKind.Enquiry && a.LeadId == l.Id) || db.OutgoingMails.Any(m => !m.IsSample && m.LeadId == l.Id) || db.QuarantinedEnquiries.Any(q => q.LeadId == l.Id),
                Tasks = tasks.Any(t => t.LeadId == l.Id), Files = files.Any(f => f.LeadId == l.Id),
            })
            .Where(l => l.Deals || l.Clients || l.Enquiries || l.Tasks || l.Files).ToListAsync(cancellationToken);

        int[] dealIds = [.. keptDeals.Select(d => d.Id)], clientIds = [.. keptClients.Select(c => c.Id)], leadIds = [.. keptLeads.Select(l => l.Id)];
        await db.Activities.Where(a => (a.LeadId != null && leadIds.Contains(a.LeadId.Value)) || (a.DealId != null && dealIds.Contains(a.DealId.Value)) || (a.DealId == null && a.ClientId != null && clientIds.Contains(a.ClientId.Value)))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.IsSample, false), cancellationToken);
        await deals.Where(d => dealIds.Contains(d.Id)).ExecuteUpdateAsync(set => set.SetProperty(d => d.IsSample, false), cancellationToken);
        await clients.Where(c => clientIds.Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsSample, false), cancellationToken);
        await leads.Where(l => leadIds.Contains(l.Id)).ExecuteUpdateAsync(set => set.SetProperty(l => l.IsSample, false), cancellationToken);
        return
        [
            .. keptLeads.Select(l => new KeptRow(ItemRef.Lead(l.Id), l.Name, l.Enquiries ? "wrote to you" : l.Clients ? "became a client of yours" : l.Deals ? "has a deal of yours" : l.Tasks ? "has a task of yours" : "has a file of yours")),
            .. keptClients.Select(c => new KeptRow(ItemRef.Client(c.Id), c.Name, c.Deals ? "has a deal of yours" : c.Tasks ? "has a task of yours" : "has a file of yours")),
            .. keptDeals.Select(d => new KeptRow(ItemRef.Deal(d.Id), d.Name, d.Tasks ? "has a task of yours" : "has a file of yours")),
        ];
    }
}

/// <param name="Rows">Sample rows that are gone.</param>
/// <param name="KeptRows">Sample records that stay because something of one's own rests on them.</param>
public sealed record SampleRemoval(int Rows, IReadOnlyList<KeptRow> KeptRows)
{
    public int Kept => KeptRows.Count;
}

/// <param name="Why">"has a deal of yours"</param>
public sealed record KeptRow(ItemRef Item, string Name, string Why);
