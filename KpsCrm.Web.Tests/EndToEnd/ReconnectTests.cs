using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.EndToEnd;

public class ReconnectTests
{
    [Fact]
    public async Task AfterAServerRestartAnOpenPageComesBackByItselfAtTheSamePlace()
    {
        var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/?range=30d");

        await app.StopAsync();
        await Expect(anna.Page.GetByText("Reconnecting…")).ToBeVisibleAsync();
        await using var again = await CrmApp.StartAsync(folder: app.Folder, url: app.Url);

        await anna.Page.Locator("body[data-live=on]").WaitForAsync(new() { Timeout = 60_000, State = WaitForSelectorState.Attached });
        await Expect(anna.Page.GetByRole(AriaRole.Heading, new() { Name = "Dashboard" })).ToBeVisibleAsync();
        await Expect(anna.Page.GetByText("Reconnecting…")).ToBeHiddenAsync();
        await Expect(anna.Page).ToHaveURLAsync($"{again.Url}/?range=30d");
    }
}
