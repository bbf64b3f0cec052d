using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Account;

public class LiveSessionsTests
{
    private static readonly AccountOptions Options = new() { IdleMinutes = 60, SessionDays = 2 };

    private static LiveSessions On(TestDatabase data, IServiceProvider? instance = null) =>
        new((instance ?? data.Provided).GetRequiredService<CrmStore>(), (instance ?? data.Provided).GetRequiredService<ChangeFeed>(), Options, data.Clock);

    private static async Task<int> AddAsync(TestDatabase data, string key = "key", int user = 3)
    {
        var session = new Session { KeyHash = key, UserId = user, Stamp = "-", CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
        session.SeenAt(session.CreatedAt);
        await data.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Sessions.Add(session)));
        return session.Id;
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnEndedSessionIsOverOnEveryInstance(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await using var other = data.OpenSecondInstance();
        using var here = On(data);
        using var there = On(data, other);
        var id = await AddAsync(data);
        Assert.NotNull((await here.FindAsync("key")).Session);
        Assert.NotNull((await there.FindAsync("key")).Session);
        var over = 0;
        there.WhenOver(id, () => over++);

        await new EndSessions(data.Store, here).OneAsync(data.Anna, id);
        await there.RefreshAsync();

        Assert.False(here.IsAlive(id));
        Assert.False(there.IsAlive(id));
        Assert.Null((await there.FindAsync("key")).Session);
        Assert.Equal(1, over);
    }

    [Fact]
    public async Task ANewSessionThatBearsTheNumberOfOneFromBeforeARestoreIsAnother()
    {
        await using var data = await TestDatabase.CreateAsync();
        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc);
        using var sessions = On(data);
        var id = await AddAsync(data, "before");
        Assert.NotNull((await sessions.FindAsync("before")).Session);
        await data.Store.WriteAsync(data.Admin, async db => (await db.Users.SingleAsync(u => u.Id == 3)).PasswordHash = "another");

        data.Feed.Replaced += sessions.ForgetDead;
        await data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(backup.Path, TimeZoneInfo.Utc) { IsServing = true });
        await sessions.RefreshAsync();

        Assert.False(sessions.IsAlive(id));
        Assert.Equal(id, await AddAsync(data, "after"));
        Assert.NotNull((await sessions.FindAsync("after")).Session);
        Assert.True(sessions.IsAlive(id));
        Assert.Null((await sessions.FindAsync("before")).Session);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task LastSeenIsWrittenOnceForManyClicks(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        using var sessions = On(data);
        var id = await AddAsync(data);
        data.Clock.Advance(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 100; i++)
            (await sessions.FindAsync("key")).Session!.SeenAt(data.Clock.GetUtcNow().UtcDateTime);
        var before = data.Feed.VersionOf(Topics.Sessions);

        await sessions.WriteLastSeenAsync();
        await sessions.WriteLastSeenAsync();

        Assert.Equal(before + 1, data.Feed.VersionOf(Topics.Sessions));
        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, await data.Store.ReadAsync(data.Anna, view => view.Sessions.Where(s => s.Id == id).Select(s => s.LastSeenAt).SingleAsync()));
    }

    [Fact]
    public async Task ASessionInUseAsksTheDatabaseNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var sessions = On(data);
        var id = await AddAsync(data);
        await sessions.FindAsync("key");
        // Whoever reads the file now fails.
        File.Move(data.Options.Path, data.Options.Path + ".away");

        for (var i = 0; i < 1_000; i++)
            Assert.NotNull((await sessions.FindAsync("key")).Session);
        Assert.True(sessions.IsAlive(id));
        File.Move(data.Options.Path + ".away", data.Options.Path);
    }

    [Fact]
    public async Task AnIdleSessionEndsAndABusyOneTooWhenItsDaysAreOver()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var sessions = On(data);
        var (idle, busy) = (await AddAsync(data, "idle"), await AddAsync(data, "busy"));
        await sessions.FindAsync("idle");
        await sessions.FindAsync("busy");
        var over = new List<int>();
        sessions.WhenOver(idle, () => over.Add(idle));
        sessions.WhenOver(busy, () => over.Add(busy));

        async Task PassAsync(TimeSpan time)
        {
            for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMinutes(30))
            {
                data.Clock.Advance(TimeSpan.FromMinutes(30));
                (await sessions.FindAsync("busy")).Session?.SeenAt(data.Clock.GetUtcNow().UtcDateTime);
                sessions.Sweep();
            }
        }

        await PassAsync(TimeSpan.FromMinutes(90));
        Assert.Equal([idle], over);
        Assert.True(sessions.IsAlive(busy));
        await PassAsync(TimeSpan.FromDays(2));
        Assert.Equal([idle, busy], over);
        Assert.Equal(0, sessions.Count);
    }

    [Fact]
    public async Task WhatIsOutOfUseLeavesMemoryAndComesBack()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var sessions = On(data);
        await AddAsync(data);
        await sessions.FindAsync("key");
        data.Clock.Advance(TimeSpan.FromMinutes(40));

        sessions.Sweep();

        Assert.Equal(0, sessions.Count);
        Assert.NotNull((await sessions.FindAsync("key")).Session);
    }

    /// <summary>A circuit's handlers are public endpoints: whatever a browser sends after the end is dropped, drawn or not.</summary>
    [Fact]
    public async Task AHandlerCalledAfterTheEndDoesNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var sessions = On(data);
        var id = await AddAsync(data);
        var user = new SessionUser();
        user.SetAuthenticationState(Task.FromResult(new Microsoft.AspNetCore.Components.Authorization.AuthenticationState((await sessions.FindAsync("key")).Session!.Principal)));
        var gate = new SessionGate(user, sessions, new(new(), data.Clock));
        await gate.OnCircuitOpenedAsync(null!, default);
        var handled = 0;
        var handler = gate.CreateInboundActivityHandler(_ => Task.FromResult(handled++));
        await handler(null!);
        Assert.Equal(1, handled);

        await new EndSessions(data.Store, sessions).OneAsync(data.Anna, id);
        await handler(null!);

        Assert.Equal(1, handled);
        Assert.Equal(Actor.Visitor, UserClaims.ActorOf((await user.GetAuthenticationStateAsync()).User));
    }
}
