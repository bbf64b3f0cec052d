using System.Net;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Account;

public class PasswordSignInTests
{
    private static readonly Dictionary<string, string?> Unhurried = new() { ["Account:SignInsPerMinute"] = "1000" };

    /// <summary>H13: whatever comes at the same moment, the right password among it included.</summary>
    [Fact]
    public async Task OfFiftyWrongPasswordsAtOnceFiveAreLookedAt()
    {
        await using var app = await CrmApp.StartAsync(Unhurried);
        var clients = Enumerable.Range(0, 50).Select(_ => app.NewClient()).ToList();

        await Task.WhenAll(clients.Select((c, i) => SessionTests.SignInAsync(c, password: "wrong password " + i)));

        Assert.Equal(HttpStatusCode.OK, (await SessionTests.SignInAsync(app.NewClient())).StatusCode);
        var rows = await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Select(l => l.EventType).ToListAsync());
        Assert.Single(rows, "lockout");
        Assert.Equal(51, rows.Count(r => r == "login_failure"));
        Assert.DoesNotContain("login_success", rows);
    }

    [Fact]
    public async Task AStrangersGuessesHoldUpNoDeviceThatIsKnown()
    {
        await using var app = await CrmApp.StartAsync(Unhurried);
        var anna = await app.SignInAsync();
        for (var i = 0; i < 8; i++)
            await SessionTests.SignInAsync(app.NewClient(), password: "guess " + i);

        // From the same address: a new browser waits, hers doesn't.
        Assert.Equal(HttpStatusCode.OK, (await SessionTests.SignInAsync(app.NewClient())).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await SessionTests.SignInAsync(anna)).StatusCode);
        // Nor does it open the door of someone else.
        for (var i = 0; i < 5; i++)
            await SessionTests.SignInAsync(anna, "ben@kps.example", "guess " + i);
        Assert.Contains("Wait", await (await SessionTests.SignInAsync(anna, "ben@kps.example")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AGuesserIsToldToWaitWhetherTheAccountExistsOrNot()
    {
        await using var app = await CrmApp.StartAsync(Unhurried);
        var answers = new List<string>();
        foreach (var email in new[] { "anna@kps.example", "nobody@kps.example" })
        {
            for (var i = 0; i < 5; i++)
                await SessionTests.SignInAsync(app.NewClient(), email, "wrong " + i);
            var page = await (await SessionTests.SignInAsync(app.NewClient(), email, "wrong")).Content.ReadAsStringAsync();
            var start = page.IndexOf("<p class=\"problem\"", StringComparison.Ordinal);
            answers.Add(System.Text.RegularExpressions.Regex.Replace(page[start..page.IndexOf("</p>", start, StringComparison.Ordinal)], "[0-9]+", "N"));
        }
        Assert.Contains("Wait N seconds", answers[0]);
        Assert.Equal(answers[0], answers[1]);
    }
}
