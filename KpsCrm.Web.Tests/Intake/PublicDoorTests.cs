using System.Net;
using System.Text;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Intake;

public class PublicDoorTests(PublicApp app)
{
    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://www.kps.example")]
    [InlineData("https://www.kps.example.evil.example")]
    [InlineData("null")]
    public async Task AnOriginThatIsNotListedIsRefusedWithoutCorsHeaders(string origin)
    {
        var email = PublicApp.NewEmail();
        foreach (var path in new[] { "/api/contact", "/api/analytics", "/contact" })
        {
            var answer = await app.PostAsync(path, new FormUrlEncodedContent(new Dictionary<string, string> { ["type"] = "lead", ["name"] = "Ana", ["email"] = email }), ("Origin", origin));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
        Assert.Null(await app.LeadOfAsync(email));

        var preflight = await PreflightAsync(origin);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task AListedOriginMayPost()
    {
        foreach (var origin in new[] { PublicApp.Friend, "https://other.kps.example" })
        {
            var email = PublicApp.NewEmail();
            var preflight = await PreflightAsync(origin);
            Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
            Assert.Equal(origin, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());

            var answer = await app.PostJsonAsync("/api/contact", new { name = "Ana", email, referrer = $"{origin}/pricing" }, ("Origin", origin));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(origin, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Equal("website", (await app.LeadOfAsync(email))!.Source);
        }
    }

    [Fact]
    public async Task TheProgramsOwnPagesMayPost()
    {
        var url = (await app.StartedAsync()).Url;
        Assert.Equal(HttpStatusCode.OK, (await app.PostJsonAsync("/api/contact", new { name = "Ana", email = PublicApp.NewEmail() }, ("Origin", url))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.PostJsonAsync("/api/contact", new { name = "Ana", email = PublicApp.NewEmail() }, ("Origin", "https://behind-a-proxy.example"), ("Sec-Fetch-Site", "same-origin"))).StatusCode);
    }

    [Theory]
    [InlineData("/api/contact", "application/json", false)]
    [InlineData("/api/contact", "application/json", true)]
    [InlineData("/api/contact", "application/x-www-form-urlencoded", false)]
    [InlineData("/api/contact", "application/x-www-form-urlencoded", true)]
    [InlineData("/api/analytics", "application/json", true)]
    [InlineData("/contact", "application/x-www-form-urlencoded", false)]
    [InlineData("/contact", "application/x-www-form-urlencoded", true)]
    public async Task ABodyAbove64KilobytesIsRefusedInPlainWords(string path, string type, bool chunked)
    {
        var body = new StringContent($"name={new string('x', 70_000)}", Encoding.UTF8, type);
        using var client = (await app.StartedAsync()).NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.TransferEncodingChunked = chunked;
        var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("at most 64 kB fit", await answer.Content.ReadAsStringAsync());
        Assert.Equal(path == "/contact" ? "text/html" : "application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task FormAndApiTogetherAreLimitedPerAddressAndPageViewsDoNotCount()
    {
        await using var own = await CrmApp.StartAsync(new() { ["Intake:RequestsPerMinute"] = "3", ["Intake:MinimumFillSeconds"] = "0" });
        using var client = own.NewClient();
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/analytics", new StringContent("""{"type":"pageview"}"""))).StatusCode);

        Assert.Equal(HttpStatusCode.Found, (await CrmApp.PostFormAsync(client, "/contact", PublicApp.FormOf("a@example.com"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/api/contact")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/api/analytics")).StatusCode);

        foreach (var path in new[] { "/api/contact", "/api/analytics" })
        {
            var refused = await PostAsync(path);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.StartsWith("Too many requests from your address. Try again in", (await PublicApp.JsonAsync(refused)).GetProperty("error").GetString());
        }

        var page = await CrmApp.PostFormAsync(client, "/contact", PublicApp.FormOf("b@example.com"));
        Assert.Equal(HttpStatusCode.TooManyRequests, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("Too many messages came from your address.", html);
        Assert.Contains("b@example.com", html);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/contact")).StatusCode);

        Task<HttpResponseMessage> PostAsync(string path) => client.PostAsync(path, new FormUrlEncodedContent(new Dictionary<string, string> { ["type"] = "lead", ["name"] = "Ana", ["email"] = PublicApp.NewEmail() }));
    }

    private async Task<HttpResponseMessage> PreflightAsync(string origin)
    {
        using var client = (await app.StartedAsync()).NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/contact");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,idempotency-key");
        return await client.SendAsync(request);
    }
}
