using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Backups;

/// <summary>Makes the backup of the day. What was missed while the program was down is made at its start; what failed is tried again in a quarter of an hour.</summary>
internal sealed class BackupWorker(BackupDesk desk, BackupAlarm alarm, CompanyOptions company, ChangeFeed feed, TimeProvider clock, ILogger<BackupWorker> log) : BackgroundService
{
    /// <summary>The clock may jump; whoever looks each minute is never more than that late.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(15);

    private readonly Sleep _sleep = new(clock, shortest: TimeSpan.FromSeconds(1), Longest);
    private long? _failed;

    /// <summary>Whoever asks how it stands is answered from the first moment.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await desk.LookAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("The backups could not be looked at ({Reason}); trying again in a moment", e.Message);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(Topics.Settings, _ => _sleep.WakeAsync());
        try
        {
            while (true)
            {
                await _sleep.UntilAsync(await LookAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops; what falls due meanwhile is made after the next start.
        }
    }

    /// <returns>When to look again, UTC; null when nothing is planned.</returns>
    internal async Task<DateTime?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await alarm.LookAtDiskAsync(cancellationToken);
            await desk.LookAsync(cancellationToken);
            if (!desk.CanMake || await desk.ChoicesAsync(cancellationToken) is not { At: { } at })
                return null;
            var (now, since) = (clock.GetUtcNow().UtcDateTime, await desk.SinceAsync(cancellationToken));
            if (_failed is { } then && clock.GetElapsedTime(then) < AfterFailure)
                return now + AfterFailure;
            if (BackupSchedule.IsDue(at, company, now, await desk.MadeAsync(bySchedule: true, cancellationToken), since))
            {
                _failed = clock.GetTimestamp();
                await desk.BackUpAsync(Actor.System, BackupCause.Schedule, cancellationToken);
            }
            _failed = null;
            if (BackupSchedule.IsOverdue(now, await desk.MadeAsync(bySchedule: false, cancellationToken), since))
                await desk.MissedAsync(cancellationToken);
            return BackupSchedule.NextDue(at, company, now);
        }
        catch (Exception e) when (e is TroubleException or RuleException)
        {
            // Told already, or somebody is making one just now.
            return clock.GetUtcNow().UtcDateTime + AfterFailure;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("The schedule of the backups could not be looked at ({Reason}); trying again in a minute", e.Message);
            return null;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _sleep.Dispose();
    }
}
