using KpsCrm.Data.Changes;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Sleeps until something rings. What became due while the program was down rings when it starts.</summary>
internal sealed class AlarmWorker(Alarms alarms, ChangeFeed feed, TimeProvider clock, ILogger<AlarmWorker> log) : BackgroundService
{
    /// <summary>A new lead waits two hours before it rings, so that it is found in time without hearing of every lead that comes in.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _wake = new(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(Topics.Tasks, _ =>
        {
            _wake.Release();
            return Task.CompletedTask;
        });
        try
        {
            while (true)
                await RingAndSleepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops; what falls due meanwhile rings after the next start.
        }
    }

    private async Task RingAndSleepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await alarms.RingDueAsync(stoppingToken);
            await SleepAsync(await alarms.NextAsync(stoppingToken), stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "Reminders stumbled; they go on in a moment");
            await Task.Delay(AfterFailure, clock, stoppingToken);
        }
    }

    private async Task SleepAsync(DateTime? next, CancellationToken stoppingToken)
    {
        var pause = next is { } at ? at - clock.GetUtcNow().UtcDateTime : Longest;
        using var alarm = new CancellationTokenSource(pause < Shortest ? Shortest : pause > Longest ? Longest : pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, stoppingToken);
        try
        {
            await _wake.WaitAsync(either.Token);
            while (_wake.Wait(0))
            {
                // One look answers all calls until now.
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // The alarm.
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }
}
