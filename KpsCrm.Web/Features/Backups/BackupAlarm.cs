using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Health;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Backups;

/// <summary>Rings the admins' bells, and writes to them whatever they chose, when a backup failed or is missing: once until there is a good one again. And when the disk runs full.</summary>
public sealed class BackupAlarm(CrmStore store, CompanyOptions company, Footprint footprint, HealthOptions health, TimeProvider clock, ILogger<BackupAlarm> log)
{
    private bool _short;

    public Task FailedAsync(string sentence, BackupFile? lastGood, CancellationToken cancellationToken = default) =>
        TellAsync($"A backup failed: {sentence.TrimEnd('.')}", $"backup-failed-{lastGood?.Name ?? "none"}", cancellationToken);

    public Task MissedAsync(BackupFile? lastGood, CancellationToken cancellationToken = default) =>
        TellAsync(lastGood is null ? "There is no good backup yet, and the first is more than a day late" : $"There is no new backup: the last good one is of {Shared.Words.Moment(lastGood.MadeAt, company)}", $"backup-missed-{lastGood?.Name ?? "none"}", cancellationToken);

    /// <summary>Tells when the room becomes short, and once a day at most where it comes and goes.</summary>
    public async Task LookAtDiskAsync(CancellationToken cancellationToken = default)
    {
        var isShort = DiskRoom.IsShort(footprint.FreeBytes, health);
        if (isShort && !_short)
            await TellAsync(DiskRoom.Sentence(health).TrimEnd('.'), $"disk-{clock.GetUtcNow():yyyy-MM-dd}", cancellationToken);
        _short = isShort;
    }

    private async Task TellAsync(string sentence, string key, CancellationToken cancellationToken)
    {
        try
        {
            var told = await store.WriteAsync(Actor.System, async db =>
            {
                await db.HoldAsync("backup-alarm");
                var admins = await db.Users.Active().Where(u => u.Role == Role.Admin).Select(u => u.Id).ToListAsync(cancellationToken);
                var before = db.ChangeTracker.Entries<Notification>().Count();
                await db.RingAsync(admins, NotificationKind.Backup, sentence, key: key, byMail: true);
                return db.ChangeTracker.Entries<Notification>().Count() > before;
            }, cancellationToken);
            if (told)
                log.LogWarning("{Sentence}", sentence);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The disk that has no room for the backup may have none for this either; the next look tells it.
            log.LogError("Nobody could be told that {Sentence} ({Reason})", sentence, e.Message);
        }
    }
}
