using System.Collections.Immutable;
using System.Numerics;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Changes;

/// <summary>Takes committed changes from <see cref="CrmDbContext"/> and hands each to every subscription that wants it. The writer never waits.</summary>
public sealed class ChangeFeed(TimeProvider clock, ILogger<ChangeFeed> log, Meters? meters = null)
{
    private readonly long[] _versions = new long[BitOperations.PopCount((uint)Topics.All)];
    private ImmutableArray<Subscription> _subscriptions = [];

    /// <summary>A backup has taken the place of the database: what was kept in memory of the old one is to be forgotten. Called before anybody is told to look again.</summary>
    public event Action? Replaced;

    internal void Replace()
    {
        Replaced?.Invoke();
        Publish([Change.Everything()]);
    }

    /// <summary>Open subscriptions, for health and tests.</summary>
    public int Subscribers => _subscriptions.Length;

    /// <summary>
    /// Calls <paramref name="onChanged"/> with what changed: the first time at once, then at most every 100 ms, merged. The last change of a burst always arrives.
    /// Calls never overlap. An exception is logged and costs nobody else anything; <see cref="ObjectDisposedException"/> ends the subscription.
    /// </summary>
    public IDisposable Subscribe(Topics of, Func<IReadOnlyCollection<Change>, Task> onChanged)
    {
        var subscription = new Subscription(of, onChanged, clock, log, meters, s => ImmutableInterlocked.Update(ref _subscriptions, list => list.Remove(s)));
        ImmutableInterlocked.Update(ref _subscriptions, list => list.Add(subscription));
        return subscription;
    }

    /// <summary>Only <see cref="CrmDbContext"/> and the carriers of other processes' changes publish.</summary>
    internal void Publish(IReadOnlyCollection<Change> changes)
    {
        if (changes.Count == 0)
            return;

        // The versions rise before anyone is told, so that whoever asks from now on can't be given an answer from before.
        foreach (var topics in changes.Select(c => c.Topic).Distinct())
        {
            for (var bits = (uint)topics; bits != 0; bits &= bits - 1)
                Interlocked.Increment(ref _versions[BitOperations.TrailingZeroCount(bits)]);
        }

        foreach (var subscription in _subscriptions)
            subscription.Offer(changes);
        meters?.Published.Add(changes.Count);
    }

    /// <summary>A number that rises with every change to one of the topics.</summary>
    public long VersionOf(Topics topics)
    {
        long sum = 0;
        for (var bits = (uint)topics; bits != 0; bits &= bits - 1)
            sum += Interlocked.Read(ref _versions[BitOperations.TrailingZeroCount(bits)]);
        return sum;
    }
}
