using KpsCrm.Data.Files;
using KpsCrm.Data.Recycling;

namespace KpsCrm.Web.Features.Recycling;

/// <summary>At start, and then every hour, removes for good what has lain in the recycle bin long enough, and takes away bytes that belong to no file.</summary>
internal sealed class BinWorker(BinPurge purge, FileStore files, RecyclingOptions options, TimeProvider clock, ILogger<BinWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                await EmptyAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops.
        }
    }

    private async Task EmptyAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await purge.PurgeOlderAsync(clock.GetUtcNow().UtcDateTime.AddDays(-options.BinDays), stoppingToken) is > 0 and var gone)
                log.LogInformation("Removed {Count} from the recycle bin for good", gone);
            if (await files.SweepAsync(stoppingToken) is > 0 and var orphans)
                log.LogInformation("Took {Count} files that belong to nothing to the folder lost+found", orphans);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("The recycle bin could not be emptied ({Reason}); trying again in an hour", e.Message);
        }
    }
}
