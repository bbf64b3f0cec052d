using System.Net;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Tests.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace KpsCrm.Web.Tests.Users;

public class InvitationTests
{
    private const string Password = "seven quiet green boats";

    internal static Task<HttpResponseMessage> AcceptAsync(HttpClient client, string path, string password = Password, Dictionary<string, string>? more = null) =>
        CrmApp.PostFormAsync(client, path, new(more ?? []) { ["_handler"] = "invitation", ["Input.Name"] = "Cleo Carter", ["Input.Password"] = password });

    private static async Task<string> Text(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync();

    private static async Task<Invited> InviteAsync(CrmApp app, string email = "cleo@firm.example", Role role = Role.Sales) =>
        await app.Services.GetRequiredService<Invitations>().InviteAsync(await app.ActorAsync("admin@kps.example"), new() { Name = "Cleo", Email = email, Role = role });

    private static string Path(Invited invited) => new Uri(invited.Link).PathAndQuery;

    private static Task<User?> UserAsync(CrmApp app, string email = "cleo@firm.example") => app.Store.ReadAsync(Actor.System, view => view.People.SingleOrDefaultAsync(u => u.Email == email));

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, (string Path, string Page) form)
    {
        var fields = Regex.Matches(form.Page, "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"").DistinctBy(m => m.Groups[1].Value).ToDictionary(m => m.Groups[1].Value, m => WebUtility.HtmlDecode(m.Groups[2].Value));
        (fields["Input.Name"], fields["Input.Password"]) = ("Cleo", Password);
        return client.PostAsync(form.Path, new FormUrlEncodedContent(fields));
    }

    private static async Task<string> MailedLinkAsync(CrmApp app)
    {
        var outbox = System.IO.Path.Combine(app.Folder, "outbox");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Directory.Exists(outbox) || Directory.GetFiles(outbox, "*.eml").Length == 0)
            await Task.Delay(20, patience.Token);
        var mail = await MimeMessage.LoadAsync(Directory.GetFiles(outbox, "*.eml").Single());
        return Regex.Match(mail.TextBody!, "https?://\\S+").Value;
    }

    /// <summary>B01, H02, H05.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task AMailedLinkOpensOneAccountOnceAndGivesNoMoreThanWasMeant(DatabaseProvider provider)
    {
        await using var app = await CrmApp.StartAsync(new() { ["Mail:BaseUrl"] = "https://crm.firm.example" }, provider: provider);
        var invited = await InviteAsync(app);
        Assert.StartsWith("https://crm.firm.example/invitation?user=", invited.Link);
        var link = await MailedLinkAsync(app);
        Assert.StartsWith("https://crm.firm.example/invitation?user=", link);
        var path = link["https://crm.firm.example".Length..];

        // A mail scanner opens it first, twice.
        for (var i = 0; i < 2; i++)
        {
            var looked = await app.NewClient().GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
            Assert.Equal("no-referrer", looked.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("no-store", looked.Headers.CacheControl!.ToString());
        }
        Assert.Contains("repeats", await Text(AcceptAsync(app.NewClient(), path, "aaaaaaaaaaaaaaaa")));
        Assert.Contains("at least 12", await Text(AcceptAsync(app.NewClient(), path, "short")));
        var other = Regex.Replace(path, "user=[0-9]+", "user=1");
        foreach (var dead in new[] { other, path + "x", "/invitation", "/invitation?user=1&token=", "/invitation?user=99999999999&token=x" })
            Assert.Contains("opens nothing", await app.NewClient().GetStringAsync(dead));
        Assert.NotNull((await UserAsync(app))!.InvitedAt);

        var client = app.NewClient();
        var answer = await AcceptAsync(client, path, more: new() { ["Input.Role"] = "Admin", ["Role"] = "Admin", ["Input.Id"] = "1", ["Input.Email"] = "admin@kps.example", ["IsAdmin"] = "true" });

        Assert.Equal((HttpStatusCode.Found, "/pipeline"), (answer.StatusCode, answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.AbsolutePath : answer.Headers.Location.OriginalString));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/pipeline")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await client.GetAsync("/users")).StatusCode);
        var cleo = (await UserAsync(app))!;
        Assert.Equal(("Cleo Carter", Role.Sales, null, "Alex Admin"), (cleo.Name, cleo.Role, cleo.InvitedAt, cleo.InvitedBy));
        foreach (var again in new[] { path, Path(invited) })
            Assert.Contains("opens nothing", await app.NewClient().GetStringAsync(again));
        Assert.Equal(HttpStatusCode.Found, (await SessionTests.SignInAsync(app.NewClient(), "cleo@firm.example", Password)).StatusCode);

        // Neither the mails kept nor the log let anybody in.
        var kept = await app.Store.ReadAsync(Actor.System, view => view.Mails.SingleAsync());
        Assert.Equal((MailKind.Invitation, MailState.Sent), (kept.Kind, kept.State));
        Assert.DoesNotContain("token=", kept.TextBody + kept.HtmlBody);
        var token = Regex.Match(path, "token=(.+)").Groups[1].Value;
        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(app.Folder, "logs")))
        {
            await using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Assert.DoesNotContain(token, await new StreamReader(log).ReadToEndAsync());
        }
        var trail = await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Select(l => l.EventType + l.Details).ToListAsync());
        Assert.Contains(trail, l => l.StartsWith("user_invited", StringComparison.Ordinal));
        Assert.Contains(trail, l => l.StartsWith("invitation_accepted", StringComparison.Ordinal));
        Assert.DoesNotContain(trail, l => l.Contains(token, StringComparison.Ordinal));
    }

    /// <summary>H05.</summary>
    [Fact]
    public async Task ALinkDiesWhenItIsSentAgainWithdrawnOrTooOld()
    {
        await using var app = await CrmApp.StartAsync();
        var (admin, invitations) = (await app.ActorAsync("admin@kps.example"), app.Services.GetRequiredService<Invitations>());
        async Task<bool> OpensAsync(Invited invited) => !(await app.NewClient().GetStringAsync(Path(invited))).Contains("opens nothing", StringComparison.Ordinal);

        var first = await InviteAsync(app);
        var second = await invitations.AgainAsync(admin, first.UserId);
        Assert.False(await OpensAsync(first));
        Assert.True(await OpensAsync(second));

        await invitations.WithdrawAsync(admin, first.UserId);
        Assert.False(await OpensAsync(second));
        Assert.Null(await UserAsync(app));
        await Assert.ThrowsAsync<RuleException>(() => invitations.AgainAsync(admin, first.UserId));

        var third = await InviteAsync(app);
        Assert.False(await OpensAsync(second));
        Assert.True(await OpensAsync(third));
        // Somebody has the form open when it dies.
        var filledIn = app.NewClient();
        var form = (Path(third), await filledIn.GetStringAsync(Path(third)));
        await app.Store.WriteAsync(Actor.System, async db => (await db.Users.SingleAsync(u => u.Id == third.UserId)).InvitedAt = db.Now.AddDays(-7).AddMinutes(-1));
        Assert.False(await OpensAsync(third));
        Assert.Contains("opens nothing", await Text(SendAsync(filledIn, form)));
        Assert.NotNull((await UserAsync(app))!.InvitedAt);
        Assert.True(await OpensAsync(await invitations.AgainAsync(admin, third.UserId)));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task OfManyWhoUseOneLinkAtOnceOneGetsIn(DatabaseProvider provider)
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "1000" }, provider: provider);
        var path = Path(await InviteAsync(app));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => AcceptAsync(app.NewClient(), path, $"{Password} {i}")));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Found);
        Assert.Equal(1, await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.CountAsync(l => l.EventType == "invitation_accepted")));
    }

    [Fact]
    public async Task WhoHasNotAcceptedCanNeitherSignInNorResetAPassword()
    {
        await using var app = await CrmApp.StartAsync();
        await InviteAsync(app);
        Assert.Equal(HttpStatusCode.OK, (await SessionTests.SignInAsync(app.NewClient(), "cleo@firm.example", "")).StatusCode);
        await CrmApp.PostFormAsync(app.NewClient(), "/forgot-password", new() { ["_handler"] = "forgot", ["Input.Email"] = "cleo@firm.example" });
        Assert.Equal([MailKind.Invitation], await app.Store.ReadAsync(Actor.System, view => view.Mails.Select(m => m.Kind).ToListAsync()));
    }

    [Theory]
    [InlineData("", "Cleo", "whole e-mail address")]
    [InlineData("cleo", "Cleo", "whole e-mail address")]
    [InlineData("cleo@firm", "Cleo", "whole e-mail address")]
    [InlineData("a@b.example, c@d.example", "Cleo", "whole e-mail address")]
    [InlineData("cleo@firm.example\r\nBcc: x@y.example", "Cleo", "whole e-mail address")]
    [InlineData("cleo@firm.example", "  ", "the person's name")]
    [InlineData("ANNA@kps.example", "Cleo", "Anna Alvarez has an account with this address already.")]
    public async Task ABadOrKnownAddressIsToldInOneSentence(string email, string name, string sentence)
    {
        await using var app = await CrmApp.StartAsync();
        var before = await app.Store.ReadAsync(Actor.System, view => view.People.CountAsync());

        var refused = await Assert.ThrowsAsync<RuleException>(async () => await app.Services.GetRequiredService<Invitations>().InviteAsync(await app.ActorAsync("admin@kps.example"), new() { Name = name, Email = email }));

        Assert.Contains(sentence, refused.Message);
        Assert.Equal(before, await app.Store.ReadAsync(Actor.System, view => view.People.CountAsync()));
        Assert.Equal(0, await app.Store.ReadAsync(Actor.System, view => view.Mails.CountAsync()));
    }

    [Fact]
    public async Task AnInvitedOrDeactivatedAddressIsToldWhatToDoInstead()
    {
        await using var app = await CrmApp.StartAsync();
        await InviteAsync(app);
        Assert.Contains("again", (await Assert.ThrowsAsync<RuleException>(() => InviteAsync(app))).Message);
        var (admin, ben) = (await app.ActorAsync("admin@kps.example"), await app.ActorAsync("ben@kps.example"));
        await app.Services.GetRequiredService<Accounts>().DeactivateAsync(admin, ben.UserId!.Value);
        Assert.Contains("Reactivate", (await Assert.ThrowsAsync<RuleException>(() => InviteAsync(app, "ben@kps.example"))).Message);
    }

    [Fact]
    public async Task AcceptingInABrowserWhereSomeoneElseIsSignedInEndsTheirSessionThere()
    {
        await using var app = await CrmApp.StartAsync();
        var path = Path(await InviteAsync(app));
        var admin = await app.SignInAsync("admin@kps.example");
        Assert.Contains("Accepting signs Alex Admin out here", await admin.GetStringAsync(path));

        await AcceptAsync(admin, path);

        Assert.Equal(HttpStatusCode.Found, (await admin.GetAsync("/users")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/pipeline")).StatusCode);
    }
}
