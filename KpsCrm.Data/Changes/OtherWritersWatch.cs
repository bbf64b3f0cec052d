using KpsCrm.Data.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Changes;

/// <summary>Brings the changes made by other processes into the feed for as long as the program runs.</summary>
internal sealed class OtherWritersWatch(IProvider provider, ChangeFeed feed, TimeProvider clock, ILogger<OtherWritersWatch> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await provider.WatchAsync(feed, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogWarning("Could not look for changes by other processes ({Reason}); trying again", e.Message);
                await Task.Delay(RetryAfter, clock, stoppingToken);
            }
        }
    }
}
