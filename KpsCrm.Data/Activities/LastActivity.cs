using KpsCrm.Data.Changes;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Activities;

/// <summary>Something happened to a record without anybody changing it.</summary>
public static class LastActivity
{
    /// <summary>
    /// A note, a call or a finished task counts as the record's activity from now on. A plan doesn't: a task far ahead must not make a deal look cared for.
    /// Somebody turned to whoever it is, so a new lead waits no longer. The record's version stays, so that nobody who moves or edits it meanwhile meets a conflict about nothing.
    /// </summary>
    public static async Task HappenedAsync(this CrmDbContext db, Activity activity)
    {
        var at = activity.At;
        if (activity.LeadId is { } lead)
        {
            await db.Leads.Where(l => l.Id == lead).ExecuteUpdateAsync(set => set
                .SetProperty(l => l.LastActivityAt, at)
                .SetProperty(l => l.AnsweredAt, l => l.AnsweredAt ?? at));
            db.Changed(Topics.Leads, lead);
        }
        if (activity.DealId is { } deal)
        {
            await db.Deals.Where(d => d.Id == deal).ExecuteUpdateAsync(set => set.SetProperty(d => d.LastActivityAt, at));
            db.Changed(Topics.Deals, deal);
        }
        if (activity.ClientId is { } client)
        {
            await db.Clients.Where(c => c.Id == client).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastActivityAt, at));
            db.Changed(Topics.Clients, client);
        }
    }
}
