using System.Net;
using System.Text.RegularExpressions;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Passwords;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace KpsCrm.Web.Tests.Account;

public class PasswordTests
{
    private const string New = "seven quiet green boats";

    private static async Task<string> Text(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync();

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string email) =>
        CrmApp.PostFormAsync(client, "/forgot-password", new() { ["_handler"] = "forgot", ["Input.Email"] = email });

    private static Task<HttpResponseMessage> ResetAsync(HttpClient client, string path, string password = New) =>
        CrmApp.PostFormAsync(client, path, new() { ["_handler"] = "reset", ["Input.Password"] = password });

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string present, string password) =>
        CrmApp.PostFormAsync(client, "/account/password", new() { ["_handler"] = "password", ["Input.Present"] = present, ["Input.New"] = password });

    private static async Task<string> LinkAsync(CrmApp app)
    {
        var outbox = Path.Combine(app.Folder, "outbox");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Directory.Exists(outbox) || Directory.GetFiles(outbox, "*.eml").Length == 0)
            await Task.Delay(20, patience.Token);
        var mail = await MimeMessage.LoadAsync(Directory.GetFiles(outbox, "*.eml").Single());
        return Regex.Match(mail.TextBody!, "https?://\\S+").Value;
    }

    /// <summary>H01, H02, H05, H10: the demo accounts share one password.</summary>
    [Fact]
    public async Task AForgottenPasswordIsChangedByALinkThatWorksOnceAndLeadsHome()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Mail:BaseUrl"] = "https://crm.firm.example" });
        var signedIn = await app.SignInAsync();
        using var poisoned = new HttpRequestMessage(HttpMethod.Get, "/forgot-password");
        var visitor = app.NewClient();
        visitor.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        visitor.DefaultRequestHeaders.Host = "evil.example";
        Assert.Contains("on its way", await Text(AskAsync(visitor, "Anna@kps.example")));

        var link = await LinkAsync(app);
        Assert.StartsWith("https://crm.firm.example/reset-password?user=", link);
        var path = link["https://crm.firm.example".Length..];
        var browser = app.NewClient();
        // A mail scanner opens it first, twice.
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, (await app.NewClient().GetAsync(path)).StatusCode);
        Assert.Contains("repeats", await Text(ResetAsync(browser, path, "aaaaaaaaaaaaaaaa")));
        Assert.Contains("too old", await Text(ResetAsync(browser, Regex.Replace(path, "user=[0-9]+", "user=1"))));
        Assert.Contains("too old", await Text(ResetAsync(browser, path + "x")));

        Assert.Contains("Your password is changed", await Text(ResetAsync(browser, path)));

        Assert.Contains("too old", await Text(ResetAsync(browser, path, "another good one here")));
        Assert.Equal(HttpStatusCode.Found, (await signedIn.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SessionTests.SignInAsync(app.NewClient())).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await SessionTests.SignInAsync(app.NewClient(), password: New)).StatusCode);
        // Nobody who reads the mails that went out gets in by one.
        var kept = await app.Store.ReadAsync(Actor.System, view => view.Mails.SingleAsync(m => m.Kind == MailKind.PasswordReset));
        Assert.DoesNotContain("token=", kept.TextBody + kept.HtmlBody);
    }

    /// <summary>H04.</summary>
    [Fact]
    public async Task AskingTellsNobodyWhoHasAnAccount()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "1000" });
        static string Bare(string page) => Regex.Replace(page, "value=\"[^\"]*\"|<!--.*?-->", "", RegexOptions.Singleline);
        var known = Bare(await Text(AskAsync(app.NewClient(), "anna@kps.example")));
        var unknown = Bare(await Text(AskAsync(app.NewClient(), "nobody@kps.example")));
        Assert.Equal(known, unknown);
        // Nor does the one too many.
        for (var i = 0; i < 6; i++)
            Assert.Equal(known, Bare(await Text(AskAsync(app.NewClient(), "anna@kps.example"))));

        Assert.Equal(3, await app.Store.ReadAsync(Actor.System, view => view.Mails.CountAsync()));
        Assert.Equal(8, await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.CountAsync(l => l.EventType == "password_reset_asked")));
    }

    [Fact]
    public async Task WithoutAMailServerItSaysWhomToAskAndAnAdminMakesTheLink()
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");
        await SetUpTests.CreateAsync(app, app.NewClient());
        Assert.Contains("sends no mail", await app.NewClient().GetStringAsync("/forgot-password"));

        var owner = await app.ActorAsync("owner@firm.example");
        var links = app.Services.GetRequiredService<ResetLink>();
        await Assert.ThrowsAsync<AccessDeniedException>(() => links.MakeForAsync(owner with { Role = Role.Manager }, owner.UserId!.Value));
        var link = new Uri(await links.MakeForAsync(owner, owner.UserId!.Value));
        Assert.Contains("Your password is changed", await Text(ResetAsync(app.NewClient(), link.PathAndQuery)));
        Assert.Contains("password_reset_asked", await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Select(l => l.EventType).ToListAsync()));
    }

    [Fact]
    public async Task ALinkForSomeoneWhoWasDeletedOrDeactivatedIsDead()
    {
        await using var app = await CrmApp.StartAsync();
        var links = app.Services.GetRequiredService<ResetLink>();
        var ben = await app.ActorAsync("ben@kps.example");
        var link = new Uri((await links.MakeAsync(ben.UserId!.Value))!);
        await app.Store.WriteAsync(Actor.System, async db => (await db.Users.SingleAsync(u => u.Id == ben.UserId)).DeactivatedAt = db.Now);

        Assert.Contains("too old", await Text(ResetAsync(app.NewClient(), link.PathAndQuery)));
        Assert.Null(await links.MakeAsync(ben.UserId!.Value));
    }

    [Fact]
    public async Task APasswordIsChangedWithThePresentOneAndEndsTheOtherSessions()
    {
        await using var app = await CrmApp.StartAsync();
        var (anna, elsewhere) = (await app.SignInAsync(), await app.SignInAsync());
        Assert.Contains("not your present password", await Text(ChangeAsync(anna, "wrong", New)));
        Assert.Contains("at least 12", await Text(ChangeAsync(anna, DemoAccounts.Password, "short")));
        Assert.Contains("first that attackers try", await Text(ChangeAsync(anna, DemoAccounts.Password, "Password123456")));
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/")).StatusCode);

        Assert.Contains("Your password is changed", await Text(ChangeAsync(anna, DemoAccounts.Password, New)));

        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await elsewhere.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SessionTests.SignInAsync(app.NewClient())).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await SessionTests.SignInAsync(app.NewClient(), password: New)).StatusCode);
    }

    [Fact]
    public async Task GuessingThePresentPasswordAtALonelyDeskIsBraked()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "1000" });
        var anna = await app.SignInAsync();
        for (var i = 0; i < 5; i++)
            await ChangeAsync(anna, "guess " + i, New);

        Assert.Contains("Wait", await Text(ChangeAsync(anna, DemoAccounts.Password, New)));
    }
}
