using System.Collections.Concurrent;

namespace KpsCrm.Web.Site;

/// <summary>How many pages are connected, for a person and for an address.</summary>
public sealed class PageCounter
{
    private readonly ConcurrentDictionary<string, int> _open = new();

    public int Of(string who) => _open.GetValueOrDefault(who);

    /// <summary>Takes a place for each; none when one of them has no more.</summary>
    public IDisposable? TryOpen(params (string Who, int Most)[] callers)
    {
        var taken = new List<string>();
        foreach (var (who, most) in callers)
        {
            if (_open.AddOrUpdate(who, 1, (_, open) => open + 1) > most)
            {
                Close(taken.Append(who));
                return null;
            }
            taken.Add(who);
        }
        return new Places(this, taken);
    }

    private void Close(IEnumerable<string> callers)
    {
        foreach (var who in callers)
        {
            if (_open.AddOrUpdate(who, 0, (_, open) => open - 1) <= 0)
                _open.TryRemove(new(who, 0));
        }
    }

    private sealed class Places(PageCounter counter, List<string> taken) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                counter.Close(taken);
        }
    }
}
