using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace KpsCrm.Web.Tests.Live;

public class PresenceTests
{
    [Fact]
    public async Task WhoSitsDownIsSeenByTheOthersAndGoneWhenTheyLeave()
    {
        await using var data = await TestDatabase.CreateAsync();
        var record = RecordRef.Lead(await data.AddLeadAsync());
        using var presence = Of(data);
        var told = 0;

        using var anna = await presence.EnterAsync(data.Anna, record, () => told++);
        Assert.Empty(anna!.Others);
        var before = told;
        var ben = await presence.EnterAsync(data.Ben, record, () => { });

        Assert.True(told > before);
        Assert.Equal([4], anna.Others.Select(p => p.UserId));
        Assert.Equal([3], ben!.Others.Select(p => p.UserId));
        ben.Dispose();
        Assert.Empty(anna.Others);
    }

    [Fact]
    public async Task OnePersonInTwoTabsCountsOnceAndIsNotTheirOwnCompany()
    {
        await using var data = await TestDatabase.CreateAsync();
        var record = RecordRef.Lead(await data.AddLeadAsync());
        using var presence = Of(data);
        using var anna = await presence.EnterAsync(data.Anna, record, () => { });
        using var first = await presence.EnterAsync(data.Ben, record, () => { });
        var second = await presence.EnterAsync(data.Ben, record, () => { });

        first!.Edit("phone");
        second!.Edit("city");
        Assert.Equal(["phone", "city"], Assert.Single(anna!.Others).Fields);
        Assert.Equal([3], first.Others.Select(p => p.UserId));

        second.Dispose();
        Assert.Equal(["phone"], Assert.Single(anna.Others).Fields);
        first.Edit(null);
        Assert.Empty(Assert.Single(anna.Others).Fields);
    }

    [Fact]
    public async Task WhoseBrowserIsOutOfReachIsNotHere()
    {
        await using var data = await TestDatabase.CreateAsync();
        var record = RecordRef.Lead(await data.AddLeadAsync());
        using var presence = Of(data);
        using var anna = await presence.EnterAsync(data.Anna, record, () => { });
        using var ben = await presence.EnterAsync(data.Ben, record, () => { });

        ben!.SetAway(true);
        Assert.Empty(anna!.Others);
        ben.SetAway(false);
        Assert.Single(anna.Others);
    }

    [Fact]
    public async Task NobodySitsDownAtWhatTheyMayNotSeeOrWhatIsNotThere()
    {
        await using var data = await TestDatabase.CreateAsync();
        var id = await data.AddLeadAsync();
        using var presence = Of(data);

        Assert.Null(await presence.EnterAsync(Actor.Visitor, RecordRef.Lead(id), () => { }));
        Assert.Null(await presence.EnterAsync(new Actor(9, "No role", null), RecordRef.Lead(id), () => { }));
        Assert.Null(await presence.EnterAsync(data.Anna, RecordRef.Client(id), () => { }));
        Assert.Equal(0, presence.Count);
    }

    [Fact]
    public async Task AnEmptyRecordIsForgotten()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var presence = Of(data);
        var seat = await presence.EnterAsync(data.Anna, RecordRef.Lead(await data.AddLeadAsync()), () => { });
        Assert.Equal(1, presence.Count);

        seat!.Dispose();
        seat.Dispose();
        Assert.Equal(0, presence.Count);
    }

    [Fact]
    public async Task PeopleOfAnotherInstanceAreHereWithTheirFieldsUntilItLeavesOrFallsSilent()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        await using var otherServices = data.OpenSecondInstance();
        var record = RecordRef.Lead(await data.AddLeadAsync());
        await using var here = await ListeningAsync(data.Provided);
        await using var there = await ListeningAsync(otherServices);
        using var ours = Of(data);
        using var theirs = new Presence(otherServices.GetRequiredService<CrmStore>(), otherServices.GetRequiredService<Whispers>(), data.Clock, NullLogger<Presence>.Instance);

        // Who was there first is told to who comes later, and the other way round.
        using var ben = await theirs.EnterAsync(data.Ben, record, () => { });
        ben!.Edit("phone");
        var heard = new SemaphoreSlim(0);
        using var anna = await ours.EnterAsync(data.Anna, record, () => heard.Release());
        await UntilAsync(heard, () => anna!.Others is [{ UserId: 4, Fields: ["phone"] }]);

        ben.Edit(null);
        await UntilAsync(heard, () => anna!.Others is [{ UserId: 4, Fields: [] }]);

        // The other instance dies without a word: its heartbeats stop.
        theirs.Dispose();
        for (var beats = 0; anna!.Others.Count > 0; beats++)
        {
            // Words that were on their way when it died may still arrive.
            Assert.True(beats < 20, "It was never missed.");
            data.Clock.Advance(TimeSpan.FromSeconds(20));
            await heard.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
    }

    private static async Task UntilAsync(SemaphoreSlim heard, Func<bool> true_)
    {
        while (!true_())
            Assert.True(await heard.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), "Nothing more was heard.");
    }

    private static Presence Of(TestDatabase data) => new(data.Store, data.Provided.GetRequiredService<Whispers>(), data.Clock, NullLogger<Presence>.Instance);

    /// <summary>Listens to the other instances, as the program does while it runs.</summary>
    private static async Task<Listening> ListeningAsync(IServiceProvider services)
    {
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        services.GetRequiredService<Whispers>().Reconnected += () => connected.TrySetResult();
        var watch = services.GetServices<IHostedService>().Single(s => s.GetType().Name == "OtherWritersWatch");
        await watch.StartAsync(TestContext.Current.CancellationToken);
        await connected.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return new(watch);
    }

    private sealed class Listening(IHostedService watch) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await watch.StopAsync(default);
    }
}
