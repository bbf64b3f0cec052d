using KpsCrm.Data;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Tasks;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Rings for what time brings: reminders, and leads that wait longer than the firm promises. Each once, however many instances look.</summary>
public sealed class Alarms(CrmStore store, CompanyOptions company, TimeProvider clock)
{
    private const string Turn = "alarms";
    private const int PerSave = 50;

    /// <summary>Longer ago it is no news any more: after an import, or a week's standstill.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(7);

    /// <summary>UTC; who came before has been told of.</summary>
    private DateTime? _told;

    /// <summary>In a backup's data others may have been told of.</summary>
    public void Forget() => _told = null;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>UTC; null when nothing that is there will ring.</summary>
    public Task<DateTime?> NextAsync(CancellationToken cancellationToken = default) => store.ReadAsync(Actor.System, async view =>
    {
        var since = view.Now - Promise.AnswerWithin;
        var reminder = await view.Tasks.Where(t => t.RemindAt != null && t.RemindedAt == null && t.DoneAt == null).MinAsync(t => t.RemindAt, cancellationToken);
        var lead = await view.Leads.Unanswered().Where(l => l.CreatedAt > since && !l.IsSample).MinAsync(l => (DateTime?)l.CreatedAt, cancellationToken);
        return new[] { reminder, lead + Promise.AnswerWithin }.Min();
    }, cancellationToken);

    public async Task RingDueAsync(CancellationToken cancellationToken = default)
    {
        var (from, until) = (_told ?? Now - News, Now - Promise.AnswerWithin);
        var (reminders, leads) = await store.ReadAsync(Actor.System, async view => (
            await view.Tasks.AnyAsync(t => t.RemindAt <= view.Now && t.RemindedAt == null && t.DoneAt == null, cancellationToken),
            await view.Leads.Unanswered().AnyAsync(l => l.CreatedAt > from && l.CreatedAt <= until && !l.IsSample, cancellationToken)), cancellationToken);
        while (reminders && await RemindAsync(cancellationToken) == PerSave)
        {
            // More are due.
        }
        for (var after = 0; leads && await TellOfWaitingAsync(from, until, after, cancellationToken) is { } last;)
            after = last;
        _told = until;
    }

    /// <returns>How many were due.</returns>
    private Task<int> RemindAsync(CancellationToken cancellationToken) => store.WriteAsync(Actor.System, async db =>
    {
        await db.HoldAsync(Turn);
        var now = Now;
        var due = await db.Tasks.Include(t => t.Lead).Include(t => t.Client).Include(t => t.Deal)
            .Where(t => t.RemindAt <= now && t.RemindedAt == null && t.DoneAt == null).OrderBy(t => t.RemindAt).Take(PerSave).ToListAsync(cancellationToken);
        foreach (var task in due)
        {
            task.RemindedAt = now;
            var record = task.Deal ?? (IEditable?)task.Lead ?? task.Client;
            // What nobody owns reminds whoever planned it.
            if ((task.OwnerId ?? task.CreatedById) is { } person)
            {
                await db.RingAsync([person], NotificationKind.Reminder, $"{task.Title}{(record is null ? "" : $" ({Records.RecordRef.NameOf(record)})")} is due {Due.Say(task.DueOn, task.DueAt, company.DayOf(now))}",
                    record, task, byMail: task.RemindByMail);
            }
        }
        return due.Count;
    }, cancellationToken);

    /// <summary>Rings its owner's bell; for a lead without one who is still here, the bells of all who sell.</summary>
    /// <returns>The last lead looked at; null when there is none behind <paramref name="after"/>.</returns>
    private Task<int?> TellOfWaitingAsync(DateTime from, DateTime until, int after, CancellationToken cancellationToken) => store.WriteAsync(Actor.System, async db =>
    {
        await db.HoldAsync(Turn);
        // The sample firm's leads have waited since the day they were made.
        var waiting = await db.Leads.Unanswered().Where(l => l.CreatedAt > from && l.CreatedAt <= until && !l.IsSample && l.Id > after && !db.Notifications.Any(n => n.LeadId == l.Id && n.Kind == NotificationKind.Waiting))
            .OrderBy(l => l.Id).Take(PerSave).ToListAsync(cancellationToken);
        foreach (var lead in waiting)
        {
            IReadOnlyCollection<int> people = lead.OwnerId is { } owner && await db.Users.Active().AnyAsync(u => u.Id == owner, cancellationToken) ? [owner] : await db.Users.Active().Where(u => u.Role == Role.Sales).Select(u => u.Id).ToListAsync(cancellationToken) is { Count: > 0 } sellers
                ? sellers : await db.Users.Active().Select(u => u.Id).ToListAsync(cancellationToken);
            await db.RingAsync(people, NotificationKind.Waiting, $"{lead.Name} has waited for an answer for two hours", lead, key: $"waiting-{lead.Id}");
        }
        return waiting.Count == 0 ? (int?)null : waiting[^1].Id;
    }, cancellationToken);
}
