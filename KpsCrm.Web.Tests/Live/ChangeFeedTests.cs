using System.Runtime.CompilerServices;
using System.Threading.Channels;
using KpsCrm.Data.Changes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace KpsCrm.Web.Tests.Live;

public class ChangeFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly ChangeFeed _feed;

    public ChangeFeedTests() => _feed = new ChangeFeed(_clock, NullLogger<ChangeFeed>.Instance);

    [Fact]
    public async Task TheLastChangeOfABurstArrivesMergedWithTheOthers()
    {
        var heard = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        using var _ = _feed.Subscribe(Topics.Deals, changes => heard.Writer.WriteAsync(changes).AsTask());

        _feed.Publish([Deal(1)]);
        Assert.Equal([Deal(1)], await heard.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        // The clock stands still, so the pause after the first call lasts until all of these are there.
        for (var id = 2; id <= 100; id++)
            _feed.Publish([Deal(id)]);

        var merged = await NextAsync(heard);
        Assert.Equal(99, merged.Count);
        Assert.Contains(Deal(100), merged);
    }

    [Fact]
    public async Task OnlyTheWantedTopicsAreHeard()
    {
        var heard = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        using var _ = _feed.Subscribe(Topics.Deals | Topics.Leads, changes => heard.Writer.WriteAsync(changes).AsTask());

        _feed.Publish([new Change(Topics.Mail, 1, ChangeKind.Added, null)]);
        _feed.Publish([new Change(Topics.Leads, 7, ChangeKind.Added, 3), new Change(Topics.Events, 1, ChangeKind.Added, null)]);

        Assert.Equal([new Change(Topics.Leads, 7, ChangeKind.Added, 3)], await NextAsync(heard));
    }

    [Fact]
    public async Task AThrowingSubscriberStopsNobodyAndHearsTheNextChange()
    {
        var heard = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        var tries = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        using var throws = _feed.Subscribe(Topics.Deals, changes =>
        {
            tries.Writer.TryWrite(changes);
            throw new InvalidOperationException("broken page");
        });
        using var hears = _feed.Subscribe(Topics.Deals, changes => heard.Writer.WriteAsync(changes).AsTask());

        _feed.Publish([Deal(1)]);
        await NextAsync(heard);
        await NextAsync(tries);
        _feed.Publish([Deal(2)]);

        Assert.Equal([Deal(2)], await NextAsync(heard));
        Assert.Equal([Deal(2)], await NextAsync(tries));
    }

    [Fact]
    public async Task AStuckSubscriberStopsNobodyAndKeepsBoundedMemory()
    {
        var heard = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        var stuck = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var afterwards = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        using var sticks = _feed.Subscribe(Topics.Deals, async changes =>
        {
            entered.TrySetResult();
            await stuck.Task;
            await afterwards.Writer.WriteAsync(changes);
        });
        using var hears = _feed.Subscribe(Topics.Deals, changes => heard.Writer.WriteAsync(changes).AsTask());

        _feed.Publish([Deal(1)]);
        Assert.Equal([Deal(1)], await NextAsync(heard));
        await entered.Task.WaitAsync(Patience);
        for (var id = 2; id < 5_000; id++)
            _feed.Publish([Deal(id)]);
        stuck.SetResult();
        Assert.Equal([Deal(1)], await NextAsync(afterwards));

        // Thousands behind, it is told to look at everything instead of a list of thousands.
        var rest = await NextAsync(afterwards);
        Assert.Contains(rest, c => c.Kind == ChangeKind.Everything);
        Assert.True(rest.Count <= 1_001);
    }

    [Fact]
    public void DisposingEndsDeliveryAndFreesTheSubscriber()
    {
        var gone = SubscribeAndDispose();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(0, _feed.Subscribers);
        Assert.False(gone.IsAlive);
        _feed.Publish([Deal(1)]);
    }

    [Fact]
    public async Task ASubscriberThatIsDisposedOfLeavesTheFeed()
    {
        var called = new TaskCompletionSource();
        _feed.Subscribe(Topics.Deals, _ =>
        {
            called.TrySetResult();
            throw new ObjectDisposedException("circuit");
        });

        _feed.Publish([Deal(1)]);
        await called.Task.WaitAsync(Patience);
        while (_feed.Subscribers > 0)
            await Task.Yield();
    }

    [Fact]
    public void PublishingReturnsBeforeAnySubscriberRuns()
    {
        using var gate = new ManualResetEventSlim();
        using var _ = _feed.Subscribe(Topics.Deals, _ =>
        {
            gate.Wait(Patience);
            return Task.CompletedTask;
        });

        // Would wait for ever if a subscriber ran on the writer's thread.
        _feed.Publish([Deal(1)]);
        gate.Set();
    }

    private static Change Deal(int id) => new(Topics.Deals, id, ChangeKind.Modified, 3);

    /// <summary>The next call, the clock running on until it comes.</summary>
    private async Task<IReadOnlyCollection<Change>> NextAsync(Channel<IReadOnlyCollection<Change>> heard)
    {
        var next = heard.Reader.ReadAsync().AsTask();
        var patience = Task.Delay(Patience);
        while (!next.IsCompleted && !patience.IsCompleted)
            await Task.WhenAny(next, Task.Run(() => _clock.Advance(Subscription.Pause)));
        return await next.WaitAsync(Patience);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference SubscribeAndDispose()
    {
        var page = new object();
        _feed.Subscribe(Topics.All, _ => Task.FromResult(page)).Dispose();
        return new WeakReference(page);
    }
}
