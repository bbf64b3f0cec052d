using System.Text;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>M16: what is posted to a page that takes a form, and is no such form, is refused as the sender's mistake and leaves nothing.</summary>
public class OddFormTests
{
    [Theory]
    [InlineData("/contact")]
    [InlineData("/sign-in")]
    [InlineData("/forgot-password")]
    [InlineData("/reset-password?user=1&token=AAAA")]
    [InlineData("/sign-in/passkey-options")]
    [InlineData("/account/passkey-options")]
    [InlineData("/sign-out")]
    [InlineData("/api/contact")]
    public async Task WhatIsNoFormIsRefusedAndLeavesNothing(string page)
    {
        await using var app = await CrmApp.StartAsync();
        using var visitor = page is "/sign-out" or "/account/passkey-options" ? await app.SignInAsync() : app.NewClient();
        var sessions = await SessionsAsync(app);
        var fields = string.Join('&', Enumerable.Range(0, 3_000).Select(i => $"f{i}=x"));
        HttpContent?[] bodies =
        [
            null, new StringContent(""), new StringContent("name=x", Encoding.UTF8, "text/plain"), new StringContent("{\"name\":\"x\"}", Encoding.UTF8, "application/json"),
            new StringContent("", Encoding.UTF8, "application/x-www-form-urlencoded"), new StringContent("_handler=no-such-form&name=x", Encoding.UTF8, "application/x-www-form-urlencoded"),
            new StringContent("%%%=%zz&&&==", Encoding.UTF8, "application/x-www-form-urlencoded"), new StringContent(fields, Encoding.UTF8, "application/x-www-form-urlencoded"),
            new StringContent("--x\r\nbroken", Encoding.UTF8, "multipart/form-data"), BrokenOff("Content-Disposition: form-data; name=\"name\"\r\n\r\nAna"), BrokenOff($"{new string('h', 40_000)}: 1\r\n\r\n"),
        ];

        foreach (var body in bodies)
        {
            var answer = await visitor.PostAsync(page, body);
            Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{page} answered {(int)answer.StatusCode} to {body?.Headers.ContentType?.ToString() ?? "nothing"}");
        }

        Assert.Equal(0, await app.Store.ReadAsync(Actor.System, async view => await view.Leads.CountAsync() + await view.Mails.CountAsync()));
        Assert.Equal(sessions, await SessionsAsync(app));
    }

    [Fact]
    public async Task AFormWhoseCookieIsGoneIsRefusedInWordsWithAWayOn()
    {
        await using var app = await CrmApp.StartAsync();

        var answer = await app.NewClient().PostAsync("/sign-in?ReturnUrl=/leads&x=\"><script>", new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "sign-in", ["Input.Email"] = "anna@kps.example" }));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Open the page again", page);
        Assert.Contains("href=\"/sign-in?ReturnUrl=/leads", page);
        Assert.DoesNotContain("<script>", page.Replace("<script src", ""));
        Assert.DoesNotContain("antiforgery", page);
    }

    private static Task<int> SessionsAsync(CrmApp app) => app.Store.ReadAsync(Actor.System, view => view.Sessions.CountAsync(s => s.EndedAt == null));

    private static StringContent BrokenOff(string part)
    {
        var content = new StringContent($"--x\r\n{part}");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        return content;
    }
}
