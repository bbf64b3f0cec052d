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
    public async Task WhatIsNoFormIsRefusedAndLeavesNothing(string page)
    {
        await using var app = await CrmApp.StartAsync();
        using var visitor = app.NewClient();
        var fields = string.Join('&', Enumerable.Range(0, 3_000).Select(i => $"f{i}=x"));
        HttpContent?[] bodies =
        [
            null, new StringContent(""), new StringContent("name=x", Encoding.UTF8, "text/plain"), new StringContent("{\"name\":\"x\"}", Encoding.UTF8, "application/json"),
            new StringContent("", Encoding.UTF8, "application/x-www-form-urlencoded"), new StringContent("_handler=no-such-form&name=x", Encoding.UTF8, "application/x-www-form-urlencoded"),
            new StringContent("%%%=%zz&&&==", Encoding.UTF8, "application/x-www-form-urlencoded"), new StringContent(fields, Encoding.UTF8, "application/x-www-form-urlencoded"),
            new StringContent("--x\r\nbroken", Encoding.UTF8, "multipart/form-data"),
        ];

        foreach (var body in bodies)
        {
            var answer = await visitor.PostAsync(page, body);
            Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{page} answered {(int)answer.StatusCode} to {body?.Headers.ContentType?.ToString() ?? "nothing"}");
        }

        Assert.Equal(0, await app.Store.ReadAsync(Actor.System, async view => await view.Leads.CountAsync() + await view.Mails.CountAsync() + await view.Sessions.CountAsync()));
    }
}
