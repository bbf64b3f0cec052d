using System.Net;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Account;

public class SessionTests
{
    private static Task<List<Session>> SessionsAsync(CrmApp app) =>
        app.Store.ReadAsync(Actor.System, view => view.Sessions.OrderBy(s => s.Id).ToListAsync());

    private static async Task<bool> IsInAsync(HttpClient client) => (await client.GetAsync("/")).StatusCode == HttpStatusCode.OK;

    /// <summary>The same key in the hands of someone else.</summary>
    private static HttpClient Thief(CrmApp app, HttpResponseMessage signedIn)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Url) };
        client.DefaultRequestHeaders.Add("Cookie", CookieOf(signedIn));
        return client;
    }

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("kps-crm=", StringComparison.Ordinal)).Split(';')[0];

    internal static Task<HttpResponseMessage> SignInAsync(HttpClient client, string email = "anna@kps.example", string password = DemoAccounts.Password) =>
        CrmApp.PostFormAsync(client, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = email, ["Input.Password"] = password });

    private static async Task SignOutAsync(HttpClient client)
    {
        var page = await client.GetStringAsync("/sign-in");
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"(__RequestVerificationToken)\" value=\"([^\"]+)\"");
        var answer = await client.PostAsync("/sign-out", new FormUrlEncodedContent(new Dictionary<string, string> { [token.Groups[1].Value] = WebUtility.HtmlDecode(token.Groups[2].Value) }));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    [Fact]
    public async Task ASignInMakesASessionAndItsKeyIsNowhereInTheDatabase()
    {
        await using var app = await CrmApp.StartAsync();
        var client = app.NewClient();
        client.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0");

        await SignInAsync(client);

        var session = Assert.Single(await SessionsAsync(app));
        Assert.Equal(("127.0.0.1", SignInMethod.Password, null), (session.IpAddress, session.Method, session.EndedAt));
        Assert.Equal("Firefox on Windows", Device.Of(session.UserAgent));
        Assert.Equal(32, Convert.FromBase64String(session.KeyHash).Length);
        Assert.True(await IsInAsync(client));
    }

    /// <summary>H11.</summary>
    [Fact]
    public async Task SigningInAgainGivesANewKeyAndTheFormerIsDead()
    {
        await using var app = await CrmApp.StartAsync();
        var client = app.NewClient();
        var first = await SignInAsync(client);
        using var planted = Thief(app, first);
        Assert.True(await IsInAsync(planted));

        var second = await SignInAsync(client);

        Assert.NotEqual(CookieOf(first), CookieOf(second));
        Assert.True(await IsInAsync(client));
        Assert.False(await IsInAsync(planted));
        Assert.Equal([SessionEnd.Replaced, null], (await SessionsAsync(app)).Select(s => s.EndedBecause));
    }

    [Fact]
    public async Task ACookieUsedAfterSignOutIsRefusedAndTold()
    {
        await using var app = await CrmApp.StartAsync();
        var client = app.NewClient();
        using var thief = Thief(app, await SignInAsync(client));
        Assert.True(await IsInAsync(thief));
        await SignOutAsync(client);

        for (var i = 0; i < 3; i++)
        {
            var answer = await thief.GetAsync("/leads");
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.Equal("/sign-in", answer.Headers.Location!.AbsolutePath);
        }

        // Told once, not for every request.
        var told = Assert.Single(await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Where(l => l.EventType == "dead_session_used").ToListAsync()));
        Assert.Equal("warning", told.Severity);
    }

    /// <summary>What was ended from afar comes once, from the browser itself, which then forgets it; a second time only a copy comes.</summary>
    [Fact]
    public async Task TheKeyOfAnEndedSessionThatComesAgainIsAnAlarm()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var sessions = new LiveSessions(data.Store, data.Feed, new(), data.Clock);
        var session = new Session { KeyHash = "key", UserId = 3, Stamp = "-", CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
        session.End(SessionEnd.Ended, session.CreatedAt);
        await data.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Sessions.Add(session)));

        Assert.Equal(new DeadSession(session.Id, data.Anna, SessionEnd.Ended, Again: false), (await sessions.FindAsync("key")).Dead);
        Assert.Null((await sessions.FindAsync("key")).Dead);
        data.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await sessions.FindAsync("key")).Dead!.Again);
        Assert.Null((await sessions.FindAsync("key")).Dead);
        Assert.Equal(default, await sessions.FindAsync("invented"));
    }

    [Fact]
    public async Task ABrowserWhoseSessionWasEndedIsToldSoAndCanSignInAgain()
    {
        await using var app = await CrmApp.StartAsync();
        var client = await app.SignInAsync();
        await app.Services.GetRequiredService<EndSessions>().EveryonesAsync(await app.ActorAsync("admin@kps.example"));

        var answer = await client.GetAsync("/leads?status=new");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Contains("You have been signed out", await client.GetStringAsync(answer.Headers.Location));
        Assert.Equal(HttpStatusCode.Found, (await SignInAsync(client)).StatusCode);
        Assert.True(await IsInAsync(client));
    }

    /// <summary>H08, H14: whatever the bytes, the cookie is good as it was given or not at all.</summary>
    [Fact]
    public async Task ACookieWithOneByteChangedIsRefused()
    {
        await using var app = await CrmApp.StartAsync();
        var cookie = CookieOf(await SignInAsync(app.NewClient()))["kps-crm=".Length..];
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Url) };
        for (var i = 0; i < cookie.Length; i += 7)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("Cookie", $"kps-crm={cookie[..i]}{(cookie[i] == 'A' ? 'B' : 'A')}{cookie[(i + 1)..]}");
            Assert.Equal(HttpStatusCode.Found, (await client.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task NobodyEndsOrSeesTheSessionsOfAnotherSaveAnAdmin()
    {
        await using var app = await CrmApp.StartAsync();
        var (anna, ben) = (await app.SignInAsync(), await app.SignInAsync("ben@kps.example"));
        var (annaActor, benActor, admin) = (await app.ActorAsync("anna@kps.example"), await app.ActorAsync("ben@kps.example"), await app.ActorAsync("admin@kps.example"));
        var (end, own) = (app.Services.GetRequiredService<EndSessions>(), app.Services.GetRequiredService<OwnSessions>());
        var bens = Assert.Single(await own.ReadAsync(benActor));

        await Assert.ThrowsAsync<RuleException>(() => end.OneAsync(annaActor, bens.Id));
        await Assert.ThrowsAsync<AccessDeniedException>(() => end.AllOfAsync(annaActor, benActor.UserId!.Value));
        await Assert.ThrowsAsync<AccessDeniedException>(() => end.EveryonesAsync(annaActor));
        Assert.Empty(await own.ReadAsync(annaActor, benActor.UserId));
        Assert.True(await IsInAsync(ben));

        Assert.Equal(1, await end.AllOfAsync(admin, benActor.UserId!.Value));
        Assert.False(await IsInAsync(ben));
        Assert.True(await IsInAsync(anna));
        Assert.Contains("session_ended", await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Select(l => l.EventType).ToListAsync()));
    }

    /// <summary>H08: a new password, role or second factor and a deactivation give a new stamp.</summary>
    [Theory]
    [InlineData("stamp")]
    [InlineData("role")]
    [InlineData("deactivated")]
    [InlineData("deleted")]
    public async Task WhatChangesThePersonEndsTheirSessions(string change)
    {
        await using var app = await CrmApp.StartAsync();
        var (anna, ben) = (await app.SignInAsync(), await app.SignInAsync("ben@kps.example"));
        Assert.True(await IsInAsync(anna));

        await app.Store.WriteAsync(Actor.System, async db =>
        {
            var user = await db.Users.SingleAsync(u => u.Email == "anna@kps.example");
            if (change == "stamp")
                user.SecurityStamp = "another";
            else if (change == "role")
                user.Role = Role.Manager;
            else if (change == "deactivated")
                user.DeactivatedAt = db.Now;
            else
                db.Users.Remove(user);
        });

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await IsInAsync(anna))
            await Task.Delay(20, patience.Token);
        Assert.True(await IsInAsync(ben));
    }

    [Fact]
    public async Task TheLimitsAreSettingsAndAWrongOneStopsTheStart()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:IdleMinutes"] = "5", ["Account:SessionDays"] = "2" });
        var options = app.Services.GetRequiredService<AccountOptions>();
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromDays(2)), (options.Idle, options.Longest));
        var cookie = (await SignInAsync(app.NewClient())).Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("kps-crm=", StringComparison.Ordinal));
        Assert.Contains("expires=", cookie);
    }
}
