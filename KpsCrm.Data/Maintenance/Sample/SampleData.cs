using KpsCrm.Data.Security;
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
}
