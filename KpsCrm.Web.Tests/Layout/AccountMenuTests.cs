using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Layout;

public class AccountMenuTests
{
    [Fact]
    public async Task TheAccountMenuOpensByMouseAndKeyboardAndSignsOut()
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/leads");
        var (account, signOut) = (admin.Page.GetByRole(AriaRole.Button, new() { Name = "Account of Alex Admin" }), admin.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }));

        await account.PressAsync("Enter");
        await Expect(signOut).ToBeVisibleAsync();
        await signOut.PressAsync("Escape");
        await Expect(signOut).ToBeHiddenAsync();

        await account.ClickAsync();
        await signOut.ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task EveryoneIsLedWhereTheyMayGoAndNowhereElse()
    {
        await using var app = await CrmApp.StartAsync();
        foreach (var (who, quarantine, mail) in new[] { ("anna", 0, 0), ("manager", 1, 0), ("admin", 1, 1) })
        {
            await using var someone = await Browser.OpenAsync(app, $"{who}@kps.example", "/leads");
            var main = someone.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });

            await Expect(main.GetByRole(AriaRole.Link, new() { Name = "Leads" })).ToHaveAttributeAsync("aria-current", "page");
            await Expect(main.GetByRole(AriaRole.Link, new() { Name = "Quarantine" })).ToHaveCountAsync(quarantine);
            await Expect(main.GetByRole(AriaRole.Link, new() { Name = "Mail" })).ToHaveCountAsync(mail);
        }
    }
}
