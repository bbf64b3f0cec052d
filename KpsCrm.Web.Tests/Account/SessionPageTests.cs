using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Account;

public class SessionPageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APersonSeesWhereTheyAreSignedInAndEndsTheRest(bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/account/sessions", phone: dark, dark: dark);
        await Expect(anna.Page.Locator("[data-session-id]")).ToHaveCountAsync(1);
        await using var elsewhere = await Browser.OpenAsync(app, "anna@kps.example", "/leads");
        await Expect(anna.Page.Locator("[data-session-id]")).ToHaveCountAsync(2);
        await Expect(anna.Page.GetByText("This one")).ToHaveCountAsync(1);
        await anna.AssertAccessibleAsync();

        var visited = new List<string>();
        elsewhere.Page.Request += (_, request) =>
        {
            if (request.IsNavigationRequest)
                visited.Add(new Uri(request.Url).AbsolutePath);
        };
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere else" }).ClickAsync();

        await Expect(elsewhere.Page.GetByText("You have been signed out")).ToBeVisibleAsync();
        await elsewhere.Page.AtAsync("/sign-in?");
        // Two at once, and the first to arrive takes the reason away.
        Assert.Equal(["/leads", "/sign-in"], visited);
        await Expect(anna.Page.Locator("[data-session-id]")).ToHaveCountAsync(1);
        await Expect(anna.Page.GetByText("This one")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AfterALeakAnAdminSignsEveryoneOutThemselvesIncluded()
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads");
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/users");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "End all sessions…" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign everyone out" }).ClickAsync();

        await anna.Page.AtAsync("/sign-in?");
        await admin.Page.AtAsync("/sign-in?");
    }

    /// <summary>M02, M04: also where the browser refuses to leave, the page is empty, hears nothing more and does nothing more.</summary>
    [Fact]
    public async Task AnOpenPageOfAnEndedSessionIsTakenDownAtOnce()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await anna.Page.Locator(".board[data-ready]").WaitForAsync();
        await anna.Page.RouteAsync("**/*", route => route.Request.IsNavigationRequest ? route.AbortAsync() : route.ContinueAsync());
        var annaActor = await app.ActorAsync("anna@kps.example");

        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await app.Services.GetRequiredService<EndSessions>().AllOfAsync(await app.ActorAsync("admin@kps.example"), annaActor.UserId!.Value);
        await Expect(anna.Page.Locator("[data-deal-id]")).ToHaveCountAsync(0, new() { Timeout = 10_000 });

        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }
}
