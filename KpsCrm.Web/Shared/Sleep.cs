namespace KpsCrm.Web.Shared;

/// <summary>What a worker does between two looks: sleeps until something is due, or somebody calls.</summary>
internal sealed class Sleep(TimeProvider clock, TimeSpan shortest, TimeSpan longest) : IDisposable
{
    private readonly SemaphoreSlim _calls = new(0);

    public Task WakeAsync()
    {
        _calls.Release();
        return Task.CompletedTask;
    }

    /// <param name="next">UTC; null when nothing is due.</param>
    public async Task UntilAsync(DateTime? next, CancellationToken stoppingToken)
    {
        var pause = next is { } at ? at - clock.GetUtcNow().UtcDateTime : longest;
        using var alarm = new CancellationTokenSource(pause < shortest ? shortest : pause > longest ? longest : pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, stoppingToken);
        try
        {
            await _calls.WaitAsync(either.Token);
            while (_calls.Wait(0))
            {
                // One look answers all calls until now.
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // The alarm.
        }
    }

    public void Dispose() => _calls.Dispose();
}
