namespace KpsCrm.Web.Site;

/// <summary>
/// Limits of requests end where a page is open: there everything comes over one connection. So each page has so many clicks and keys a second
/// after a burst; what is over waits, and what is over even that is no person and is dropped.
/// </summary>
public sealed class ActBrake(LimitOptions limits, TimeProvider clock)
{
    private const int BurstSeconds = 10;
    private const int LongestWaitSeconds = 10;

    private readonly Lock _lock = new();
    private long _due;

    /// <returns>False when it is to be dropped.</returns>
    public async ValueTask<bool> WaitAsync()
    {
        var wait = Take();
        if (wait > LongestWaitSeconds * TimeSpan.TicksPerSecond)
            return false;
        if (wait > 0)
            await Task.Delay(TimeSpan.FromTicks(wait), clock);
        return true;
    }

    private long Take()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow().UtcTicks;
            var due = Math.Max(_due, now) + TimeSpan.TicksPerSecond / limits.ActsPerSecond;
            var wait = due - now - BurstSeconds * TimeSpan.TicksPerSecond;
            if (wait <= LongestWaitSeconds * TimeSpan.TicksPerSecond)
                _due = due;
            return wait;
        }
    }
}
