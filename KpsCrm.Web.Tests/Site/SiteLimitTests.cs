using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using KpsCrm.Web.Site;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Site;

public class SiteLimitTests
{
    private static async Task<HttpStatusCode> ConnectAsync(CrmApp app, string? cookie, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Url) };
        return (await client.SendAsync(request)).StatusCode;
    }

    private static async Task<string> CookieAsync(CrmApp app) =>
        (await CrmApp.PostFormAsync(app.NewClient(), "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "anna@kps.example", ["Input.Password"] = Features.Account.DemoAccounts.Password }))
            .Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("kps-crm=", StringComparison.Ordinal)).Split(';')[0];

    private static async Task<ClientWebSocket> OpenAsync(CrmApp app, string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new Uri(app.Url.Replace("http:", "ws:") + "/_blazor"), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>M14.</summary>
    [Fact]
    public async Task OnlyPagesOfThisSiteConnect()
    {
        await using var app = await CrmApp.StartAsync();
        var cookie = await CookieAsync(app);

        Assert.Equal(HttpStatusCode.OK, await ConnectAsync(app, cookie, app.Url));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(app, cookie, "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(app, cookie, "null"));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(app, cookie, app.Url + ".evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(app, cookie, "http://127.0.0.1:1"));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(app, cookie, "http://127.0.0.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ConnectAsync(app, null, app.Url));
    }

    /// <summary>M07.</summary>
    [Fact]
    public async Task OnePersonHasOnlySoManyPagesOpen()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:PagesPerPerson"] = "2" });
        var cookie = await CookieAsync(app);
        using var first = await OpenAsync(app, cookie);
        using (await OpenAsync(app, cookie))
        {
            await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(app, cookie));
            using var anna = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(app.Url) };
            anna.DefaultRequestHeaders.Add("Cookie", cookie);
            var refused = await anna.GetAsync("/leads");
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("Close some of them", await refused.Content.ReadAsStringAsync());
            // Nobody else pays for it.
            Assert.Equal(HttpStatusCode.OK, (await (await app.SignInAsync("ben@kps.example")).GetAsync("/leads")).StatusCode);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (app.Services.GetRequiredService<PageCounter>().Of($"person {(await app.ActorAsync("anna@kps.example")).UserId}") > 1)
            await Task.Delay(20, patience.Token);
        using var again = await OpenAsync(app, cookie);
        Assert.Equal(WebSocketState.Open, again.State);
    }

    [Fact]
    public async Task ALargeRequestAndLargeHeadersAreRefused()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:RequestKilobytes"] = "16", ["Limits:HeaderKilobytes"] = "4" });
        var client = app.NewClient();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync("/sign-in", new StringContent(new string('x', 20_000), Encoding.UTF8, "application/x-www-form-urlencoded"))).StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Add("X-Large", new string('x', 5_000));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await client.SendAsync(request)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/sign-in")).StatusCode);
    }

    [Fact]
    public async Task WhoDribblesTheirHeadersIsCutOff()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:HeaderSeconds"] = "1" });
        using var slow = new TcpClient();
        await slow.ConnectAsync("127.0.0.1", new Uri(app.Url).Port);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"));

        using var answer = new StreamReader(stream);
        var status = await answer.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Contains("408", status);
    }

    [Theory]
    [InlineData("Limits:RequestKilobytes", "0", "Limits__RequestKilobytes")]
    [InlineData("Account:IdleMinutes", "0", "Account__IdleMinutes")]
    public void AWrongLimitIsNamed(string key, string value, string named)
    {
        var options = key.StartsWith("Limits", StringComparison.Ordinal) ? new LimitOptions { RequestKilobytes = int.Parse(value) } : (object)new Features.Account.AccountOptions { IdleMinutes = int.Parse(value) };
        var results = new List<System.ComponentModel.DataAnnotations.ValidationResult>();

        Assert.False(System.ComponentModel.DataAnnotations.Validator.TryValidateObject(options, new(options), results, validateAllProperties: true));
        Assert.Contains(named, Assert.Single(results).ErrorMessage);
    }
}
