using System.Net;
using System.Text.RegularExpressions;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Site;

public class HeaderTests
{
    [Fact]
    public async Task EveryAnswerBearsTheHeaders()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();
        foreach (var path in new[] { "/", "/leads", "/sign-in", "/contact", "/no/such/page", "/health/live", "/app.css", "/api/analytics", "/_blazor/negotiate", "/account/here" })
        {
            using var answer = await anna.GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.DoesNotContain("unsafe-eval", policy);
            Assert.DoesNotMatch("script-src[^;]*unsafe-inline", policy);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Contains("camera=()", Assert.Single(answer.Headers.GetValues("Permissions-Policy")));
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task TheOneInlineScriptBearsANumberOfItsOwnEachTime()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();
        var seen = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await anna.GetAsync("/leads");
            var nonce = Regex.Match(Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), "'nonce-([^']+)'").Groups[1].Value;
            Assert.True(nonce.Length >= 22 && seen.Add(nonce));
            var page = await answer.Content.ReadAsStringAsync();
            foreach (Match script in Regex.Matches(page, "<script(?![^>]*src=)[^>]*>"))
                Assert.Contains($"nonce=\"{nonce}\"", script.Value);
        }
        Assert.DoesNotContain("nonce", Assert.Single((await anna.GetAsync("/sign-in")).Headers.GetValues("Content-Security-Policy")));
    }

    [Fact]
    public async Task PagesBehindTheDoorAreNotKeptByTheBrowser()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();

        Assert.True((await anna.GetAsync("/leads")).Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task OverHttpsInProductionBrowsersAreToldToStayThere()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Proxy:Trusted"] = "127.0.0.1" }, environment: "Production");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Host = "crm.example.com";
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await app.NewClient().SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    /// <summary>ASVS 3.3: out of reach for scripts, other sites and neighbours on this host.</summary>
    [Fact]
    public async Task OverHttpsEveryCookieIsOfThisHostAloneAndAPlantedOneIsNotRead()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Proxy:Trusted"] = "127.0.0.1" });
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Url) };
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var page = await browser.GetAsync("/sign-in");
        var form = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-kps-form=", form);
        var token = Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"(__RequestVerificationToken)\" value=\"([^\"]+)\"");

        async Task<HttpResponseMessage> PostAsync(string cookie)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "sign-in", [token.Groups[1].Value] = WebUtility.HtmlDecode(token.Groups[2].Value), ["Input.Email"] = "anna@kps.example", ["Input.Password"] = Features.Account.DemoAccounts.Password }) };
            request.Headers.Add("Cookie", cookie);
            return await browser.SendAsync(request);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(form.Split(';')[0]["__Host-".Length..])).StatusCode);
        using var signedIn = await PostAsync("other=1; " + form.Split(';')[0]);
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        var cookies = signedIn.Headers.GetValues("Set-Cookie").Append(form).ToList();
        Assert.True(cookies.Count >= 3);
        Assert.All(cookies, c =>
        {
            Assert.StartsWith("__Host-kps-", c);
            foreach (var part in new[] { "; path=/", "; secure", "; httponly", "; samesite=" })
                Assert.Contains(part, c, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", c, StringComparison.OrdinalIgnoreCase);
        });
    }
}
