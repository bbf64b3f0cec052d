using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

/// <summary>Looks at what comes into the audit trail, whoever writes it, and rings the admins' bells once per incident.</summary>
public sealed class SuspicionWatch(CrmStore store, ChangeFeed feed, SuspicionRules rules, SuspicionOptions options, TimeProvider clock, ILogger<SuspicionWatch> log) : IHostedService
{
    internal const string Turn = "suspicion";

    /// <summary>Of one look: a flood is looked at in pieces.</summary>
    private const int MostRows = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private IDisposable? _subscription;
    private long _seen = -1;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // What came in just before the last end.
            await LookAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("The audit trail could not be looked at ({Reason}); it will be with its next row", e.Message);
        }
        feed.Replaced += Forget;
        _subscription = feed.Subscribe(Topics.Security, async _ =>
        {
            while (await LookAsync(CancellationToken.None))
            {
                // There is more.
            }
            // An alarm may come a second late; what people do in that second is then judged once.
            await Task.Delay(Pause, clock);
        });
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        feed.Replaced -= Forget;
        return Task.CompletedTask;
    }

    /// <summary>The numbers of the rows begin where they stood in the backup.</summary>
    private void Forget() => _seen = -1;

    /// <summary>Judges the rows that came since the last look; the first look takes those within the longest window.</summary>
    /// <returns>Whether more are waiting.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var (latest, found) = await store.ReadAsync(Actor.System, async view =>
        {
            var since = view.Now - options.Longest;
            var fresh = _seen < 0 ? view.SecurityLogs.Where(l => l.Seq != null && l.CreatedAt >= since) : view.SecurityLogs.Where(l => l.Seq > _seen);
            var rows = await fresh.OrderBy(l => l.Seq).Take(MostRows).ToListAsync(cancellationToken);
            return (rows, await rules.JudgeAsync(view, rows, cancellationToken));
        }, cancellationToken);
        foreach (var suspicion in found)
            await TellAsync(suspicion, cancellationToken);
        _seen = latest.Count > 0 ? latest[^1].Seq!.Value : Math.Max(_seen, 0);
        return latest.Count == MostRows;
    }

    private async Task TellAsync(Suspicion suspicion, CancellationToken cancellationToken)
    {
        var told = await store.WriteAsync(Actor.System, async db =>
        {
            await db.HoldAsync(Turn);
            var since = db.Now.AddMinutes(-options.AgainMinutes);
            var subject = suspicion.Subject.Length > SecurityLog.SubjectMaxLength ? suspicion.Subject[..SecurityLog.SubjectMaxLength] : suspicion.Subject;
            if (await db.SecurityLogs.AnyAsync(l => l.Subject == subject && l.EventType == SecurityEvents.Suspicious && l.CreatedAt > since, cancellationToken))
                return false;
            db.Audit(SecurityEvents.Suspicious, subject, new { sentence = suspicion.Sentence, rows = suspicion.Href }, suspicion.Severity);
            var admins = await db.Users.Active().Where(u => u.Role == Role.Admin).Select(u => u.Id).ToListAsync(cancellationToken);
            await db.RingAsync(admins, NotificationKind.Suspicious, suspicion.Sentence.TrimEnd('.'));
            if (suspicion.Account is var (email, sentence))
            {
                var name = email.ToUpperInvariant();
                await db.RingAsync(await db.Users.Active().Where(u => u.NormalizedEmail == name).Select(u => u.Id).ToListAsync(cancellationToken), NotificationKind.Account, sentence, byMail: true);
            }
            return true;
        }, cancellationToken);
        if (told)
            log.LogWarning("Suspicious: {Sentence}", suspicion.Sentence);
    }
}
