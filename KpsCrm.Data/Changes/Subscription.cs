using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Changes;

/// <summary>One reader's place in the feed: a set of changes not yet told, and one pump that tells them.</summary>
internal sealed class Subscription(Topics of, Func<IReadOnlyCollection<Change>, Task> onChanged, TimeProvider clock, ILogger log, Meters? meters, Action<Subscription> remove) : IDisposable
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A reader that is this far behind reads everything anew anyway.</summary>
    private const int MostPending = 1_000;

    private readonly Lock _lock = new();
    private HashSet<Change> _pending = [];
    private long _since;
    private bool _pumping;
    private bool _disposed;

    public void Offer(IReadOnlyCollection<Change> changes)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            var nothingWaited = _pending.Count == 0;
            foreach (var change in changes)
            {
                if ((change.Topic & of) != 0)
                    _pending.Add(change);
            }
            if (_pending.Count > MostPending)
                _pending = [Change.Everything(of)];
            if (nothingWaited && _pending.Count > 0)
                _since = Stopwatch.GetTimestamp();
            if (_pending.Count == 0 || _pumping)
                return;
            _pumping = true;
        }

        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(PumpAsync);
    }

    private async Task PumpAsync()
    {
        while (Take() is { } changes)
        {
            try
            {
                await onChanged(changes);
            }
            catch (ObjectDisposedException)
            {
                Dispose();
            }
            catch (Exception e)
            {
                log.LogWarning(e, "A subscriber to {Topics} failed; it stays subscribed", of);
            }
            await Task.Delay(Pause, clock);
        }
    }

    private HashSet<Change>? Take()
    {
        lock (_lock)
        {
            if (_disposed || _pending.Count == 0)
            {
                _pumping = false;
                return null;
            }
            var changes = _pending;
            _pending = [];
            meters?.Delivered.Add(1);
            if (changes.Count > 1)
                meters?.Merged.Add(changes.Count - 1);
            meters?.SignalDelay.Record(Stopwatch.GetElapsedTime(_since).TotalSeconds);
            return changes;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _pending = [];
        }
        remove(this);
    }
}
