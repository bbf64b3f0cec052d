using KpsCrm.Data.Changes;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Sleeps until something rings. What became due while the program was down rings when it starts.</summary>
internal sealed class AlarmWorker(Alarms alarms, ChangeFeed feed, TimeProvider clock, ILogger<AlarmWorker> log) : BackgroundService
{
    /// <summary>A new lead waits two hours before it rings, so that it is found in time without hearing of every lead that comes in.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    private readonly Sleep _sleep = new(clock, shortest: TimeSpan.FromSeconds(1), Longest);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(Topics.Tasks, _ => _sleep.WakeAsync());
        feed.Replaced += alarms.Forget;
        try
        {
            while (true)
                await RingAndSleepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops; what falls due meanwhile rings after the next start.
        }
        finally
        {
            feed.Replaced -= alarms.Forget;
        }
    }

    private async Task RingAndSleepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await alarms.RingDueAsync(stoppingToken);
            await _sleep.UntilAsync(await alarms.NextAsync(stoppingToken), stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "Reminders stumbled; they go on in a moment");
            await Task.Delay(AfterFailure, clock, stoppingToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _sleep.Dispose();
    }
}
