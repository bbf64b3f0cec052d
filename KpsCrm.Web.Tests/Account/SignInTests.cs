using System.Diagnostics;
using System.Net;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Account;

public class SignInTests
{
    private static Task<HttpResponseMessage> TryAsync(HttpClient client, string email, string password, string path = "/sign-in") =>
        CrmApp.PostFormAsync(client, path, new() { ["_handler"] = "sign-in", ["Input.Email"] = email, ["Input.Password"] = password });

    private static Task<List<SecurityLog>> TrailAsync(CrmApp app) =>
        app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.OrderBy(l => l.Id).ToListAsync());

    /// <summary>The page without what differs with each request.</summary>
    private static async Task<string> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        var start = page.IndexOf("<p class=\"problem\"", StringComparison.Ordinal);
        return page[start..page.IndexOf("</p>", start, StringComparison.Ordinal)];
    }

    [Fact]
    public async Task EverySignInFailureAndSignOutLeavesARowWithAddressAndBrowser()
    {
        await using var app = await CrmApp.StartAsync();
        var client = app.NewClient();
        client.DefaultRequestHeaders.Add("User-Agent", "Test browser 1.0");

        await TryAsync(client, "anna@kps.example", "not her password");
        await TryAsync(client, "anna@kps.example", DemoAccounts.Password);
        var home = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        await CrmApp.PostFormAsync(client, "/sign-in", new() { ["_handler"] = "sign-in" });
        var token = await TokenAsync(client);
        var signedOut = await client.PostAsync("/sign-out", new FormUrlEncodedContent(token));
        Assert.Equal(HttpStatusCode.Found, signedOut.StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await client.GetAsync("/")).StatusCode);

        var rows = await TrailAsync(app);
        Assert.Equal(["login_failure", "login_success", "logout"], rows.Select(r => r.EventType));
        var anna = await app.ActorAsync("anna@kps.example");
        Assert.Equal([null, anna.UserId.ToString(), anna.UserId.ToString()], rows.Select(r => r.UserId));
        Assert.All(rows, r => Assert.Equal(("127.0.0.1", "Test browser 1.0"), (r.IpAddress, r.UserAgent)));
        Assert.Contains("anna@kps.example", rows[0].Details);
        Assert.DoesNotContain("not her password", string.Concat(rows.Select(r => r.Details)));
    }

    [Fact]
    public async Task SignOutWithoutTheFormsTokenDoesNothing()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await anna.PostAsync("/sign-out", new FormUrlEncodedContent([]))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task AfterFiveFailuresEvenTheRightPasswordHasToWait()
    {
        await using var app = await CrmApp.StartAsync();
        for (var i = 0; i < 5; i++)
            await TryAsync(app.NewClient(), "anna@kps.example", "wrong " + i);

        await ProblemAsync(await TryAsync(app.NewClient(), "anna@kps.example", DemoAccounts.Password));
        Assert.Equal(HttpStatusCode.Found, (await TryAsync(app.NewClient(), "ben@kps.example", DemoAccounts.Password)).StatusCode);

        var rows = (await TrailAsync(app)).Select(r => r.EventType).ToList();
        Assert.Single(rows, "lockout");
        Assert.Equal(["login_failure", "login_failure", "login_failure", "login_failure", "login_failure", "lockout", "login_failure", "login_success"], rows);
    }

    [Fact]
    public async Task TheAnswerToAStrangerIsTheSameWhetherTheAccountExistsOrNot()
    {
        await using var app = await CrmApp.StartAsync();
        var wrong = await ProblemAsync(await TryAsync(app.NewClient(), "anna@kps.example", "wrong password"));
        var unknown = await ProblemAsync(await TryAsync(app.NewClient(), "nobody@kps.example", "wrong password"));

        Assert.Equal(wrong, unknown);
    }

    [Fact]
    public async Task AnUnknownAddressCostsTheWorkOfAPasswordToo()
    {
        await using var app = await CrmApp.StartAsync();
        var client = app.NewClient();
        var hasher = new PasswordHasher<User>();
        var nobody = new User { Name = "Nobody" };
        var hash = hasher.HashPassword(nobody, "something else");
        static double Milliseconds(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        // The quickest of several: a busy machine only ever makes things slower.
        var (hashing, answering) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < 8; i++)
        {
            var started = Stopwatch.GetTimestamp();
            hasher.VerifyHashedPassword(nobody, hash, "wrong password");
            hashing = Math.Min(hashing, Milliseconds(started));
            started = Stopwatch.GetTimestamp();
            await TryAsync(client, $"nobody{i}@kps.example", "wrong password");
            answering = Math.Min(answering, Milliseconds(started));
        }

        Assert.True(answering > 0.8 * hashing, $"answered after {answering:0.0} ms; one hash takes {hashing:0.0} ms");
    }

    [Fact]
    public async Task OnlyAddressesOfThisSiteAreFollowedAfterSignIn()
    {
        await using var app = await CrmApp.StartAsync();
        foreach (var (returnUrl, expected) in new[]
        {
            ("/leads?status=new&q=a%20b", "/leads?status=new&q=a%20b"),
            ("/", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https:evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("\\\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/ok\r\nX-Evil: 1", "/"),
            (" /leads", "/"),
            ("leads", "/"),
            ("", "/"),
        })
        {
            Assert.Equal(expected, LocalUrl.OrHome(returnUrl));

            var answer = await TryAsync(app.NewClient(), "anna@kps.example", DemoAccounts.Password, $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");

            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            var target = new Uri(new Uri(app.Url), answer.Headers.Location!);
            Assert.Equal((new Uri(app.Url).Authority, expected), (target.Authority, target.PathAndQuery));
        }
    }

    [Fact]
    public async Task TooManyAttemptsFromOneAddressHaveToWait()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "3" });
        var client = app.NewClient();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await TryAsync(client, $"guess{i}@kps.example", "wrong password")).StatusCode);

        var refused = await TryAsync(client, "anna@kps.example", DemoAccounts.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("Wait", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/sign-in")).StatusCode);
    }

    [Fact]
    public async Task TheCookieIsOutOfReachForScriptsAndOtherSites()
    {
        await using var app = await CrmApp.StartAsync();
        var answer = await TryAsync(app.NewClient(), "anna@kps.example", DemoAccounts.Password);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("kps-crm=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task OverHttpsTheCookieBelongsToThisHostAlone()
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Scheme = "https";
        new HostPrefixedCookies().AppendResponseCookie(http, "kps-crm", "x", new() { Secure = true, Path = "/" });

        var cookie = http.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("__Host-kps-crm=x", cookie);
        Assert.Contains("path=/", cookie);
        Assert.DoesNotContain("domain", cookie);

        // What a neighbour planted over plain http is not read.
        http.Request.Headers.Cookie = "kps-crm=planted";
        Assert.Null(new HostPrefixedCookies().GetRequestCookie(http, "kps-crm"));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task ARestartKeepsEveryoneSignedIn()
    {
        var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();
        var url = app.Url;
        await app.StopAsync();

        await using var again = await CrmApp.StartAsync(folder: app.Folder, url: url);

        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/")).StatusCode);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(app.Folder, "keys"), "*.xml"));
    }

    [Fact]
    public async Task DemoAccountsOpenNothingOutsideDevelopment()
    {
        var app = await CrmApp.StartAsync();
        await app.StopAsync();
        await using var production = await CrmApp.StartAsync(folder: app.Folder, environment: "Production");

        // With demo accounts only, nobody can sign in: set-up is open.
        Assert.Equal("/setup", (await production.NewClient().GetAsync("/sign-in")).Headers.Location!.OriginalString);
        await SetUpTests.CreateAsync(production, production.NewClient());

        await ProblemAsync(await TryAsync(production.NewClient(), "admin@kps.example", DemoAccounts.Password));
        Assert.DoesNotContain(DemoAccounts.Password, await production.NewClient().GetStringAsync("/sign-in"));
    }

    private static async Task<Dictionary<string, string>> TokenAsync(HttpClient client)
    {
        var page = await client.GetStringAsync("/sign-in");
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"(__RequestVerificationToken)\" value=\"([^\"]+)\"");
        return new() { [token.Groups[1].Value] = WebUtility.HtmlDecode(token.Groups[2].Value) };
    }
}
