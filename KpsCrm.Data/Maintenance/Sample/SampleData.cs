using KpsCrm.Data.Activities;
using KpsCrm.Data.Changes;
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
            await db.SaveChangesAsync(cancellationToken);
            db.AnalyticsEvents.AddRange(SampleContacts.Visits(firm));
            return true;
        }, cancellationToken);
    }

    public Task<bool> AnyAsync(Actor who, CancellationToken cancellationToken = default) => store.ReadAsync(who, async view =>
        await view.Leads.AnyAsync(l => l.IsSample, cancellationToken) || await view.Clients.AnyAsync(c => c.IsSample, cancellationToken) || await view.Deals.AnyAsync(d => d.IsSample, cancellationToken), cancellationToken);

    /// <summary>
    /// Removes the tagged rows with their history. What people added stays, and so does a sample client or lead that it rests on (a client with a deal of
    /// one's own, a lead who really wrote): such a row loses its tag. The demo accounts stay; they are removed as people.
    /// </summary>
    /// <exception cref="AccessDeniedException">Only an admin may.</exception>
    public Task<SampleRemoval> RemoveAsync(Actor who, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Admin);
        return store.WriteAsync(who, async db =>
        {
            var kept = await KeepWhatIsUsedAsync(db, cancellationToken);
            var removed = await db.Activities.Where(a => a.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.OutgoingMails.Where(m => m.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Deals.Where(d => d.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Clients.Where(c => c.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.Leads.Where(l => l.IsSample).ExecuteDeleteAsync(cancellationToken)
                + await db.AnalyticsEvents.Where(e => e.IsSample).ExecuteDeleteAsync(cancellationToken);
            await LifetimeValue.RecomputeAsync(db, cancellationToken);
            db.Changed(Topics.All);
            return new SampleRemoval(removed, kept);
        }, cancellationToken);
    }

    private static async Task<int> KeepWhatIsUsedAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        var clients = await db.Clients.Where(c => c.IsSample && db.Deals.Any(d => !d.IsSample && d.ClientId == c.Id)).Select(c => c.Id).ToListAsync(cancellationToken);
        var leads = await db.Leads.Where(l => l.IsSample && (db.Deals.Any(d => !d.IsSample && d.LeadId == l.Id) || db.Clients.Any(c => !c.IsSample && c.LeadId == l.Id)
            || db.Activities.Any(a => !a.IsSample && a.Kind == ActivityKind.Enquiry && a.LeadId == l.Id) || db.OutgoingMails.Any(m => !m.IsSample && m.LeadId == l.Id)
            || db.QuarantinedEnquiries.Any(q => q.LeadId == l.Id))).Select(l => l.Id).ToListAsync(cancellationToken);

        await db.Activities.Where(a => (a.LeadId != null && leads.Contains(a.LeadId.Value)) || (a.DealId == null && a.ClientId != null && clients.Contains(a.ClientId.Value)))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.IsSample, false), cancellationToken);
        return await db.Clients.Where(c => clients.Contains(c.Id)).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsSample, false), cancellationToken)
            + await db.Leads.Where(l => leads.Contains(l.Id)).ExecuteUpdateAsync(set => set.SetProperty(l => l.IsSample, false), cancellationToken);
    }
}

/// <param name="Rows">Sample rows that are gone.</param>
/// <param name="Kept">Sample clients and leads that stay because something of one's own rests on them.</param>
public sealed record SampleRemoval(int Rows, int Kept);
