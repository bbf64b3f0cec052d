using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

/// <summary>Takes an alarm off the page. Alarm and reason stay in the trail.</summary>
public sealed class DismissSuspicion(CrmStore store)
{
    public const int ReasonMaxLength = 300;

    /// <exception cref="RuleException">No reason, or somebody was first.</exception>
    public Task RunAsync(Actor who, int id, string? reason)
    {
        Gate.Demand(who, Role.Admin);
        var why = TextSearch.Clean(reason, ReasonMaxLength) ?? throw new RuleException("Write in a few words why this is no danger, or what you did about it.");
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAsync(SuspicionWatch.Turn);
            var alarm = await db.SecurityLogs.SingleOrDefaultAsync(l => l.Id == id && l.EventType == SecurityEvents.Suspicious) ?? throw new RuleException("This alarm is no longer there.");
            var subject = $"suspicion/{id}";
            if (await db.SecurityLogs.Where(l => l.Subject == subject && l.EventType == SecurityEvents.SuspicionDismissed).Select(l => l.UserName ?? "Somebody").FirstOrDefaultAsync() is { } first)
                throw new RuleException($"{first} has dismissed this alarm already.");
            db.Audit(SecurityEvents.SuspicionDismissed, subject, new { reason = why, alarm = alarm.Subject });
        });
    }
}
