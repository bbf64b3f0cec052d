using KpsCrm.Data.Changes;
using KpsCrm.Data.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Search;

/// <summary>Indexes what was written, when the writers are at rest: a flood of enquiries is taken in first and indexed after.</summary>
internal sealed class SearchIndexer(SearchIndex index, IProvider provider, ChangeFeed feed, TimeProvider clock, ILogger<SearchIndexer> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long writers who are busy are left alone.</summary>
    private static readonly TimeSpan Leave = TimeSpan.FromSeconds(1);

    /// <summary>Writes between two looks above which the writers are not at rest.</summary>
    private const int ManyWrites = 5;

    /// <summary>Searches compare what waits one by one; more than this they should not have to.</summary>
    private const int TooFarBehind = 50_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(1);
        using var subscription = feed.Subscribe(Topics.Leads | Topics.Clients | Topics.Deals | Topics.Activities, _ =>
        {
            if (changed.CurrentCount == 0)
                changed.Release();
            return Task.CompletedTask;
        });
        try
        {
            while (true)
            {
                await changed.WaitAsync(stoppingToken);
                try
                {
                    await CatchUpAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogWarning("The search index could not be brought up to date ({Reason}); searches stay complete, trying again", e.Message);
                    await Task.Delay(RetryAfter, clock, stoppingToken);
                    if (changed.CurrentCount == 0)
                        changed.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops; what waits is indexed after the next start.
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        do
        {
            var before = provider.Writes;
            await Task.Delay(Look, clock, cancellationToken);
            if (provider.Writes - before > ManyWrites)
            {
                await Task.Delay(Leave, clock, cancellationToken);
                if (await index.PendingAsync(TooFarBehind, cancellationToken) < TooFarBehind)
                    continue;
            }
            // For as long as nobody else writes much, one step follows the other.
            for (var steps = 1; await index.StepAsync(cancellationToken); steps++)
            {
                if (provider.Writes - before > ManyWrites + 2 * steps)
                    break;
            }
        }
        while (await index.PendingAsync(1, cancellationToken) > 0);
    }
}
