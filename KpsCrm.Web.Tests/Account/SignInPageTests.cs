using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Account;

public class SignInPageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APersonMistypesThenSignsInAndLandsWhereTheyWanted(bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await using var visitor = await Browser.OpenAsync(app, null, "/settings/mail", dark: dark);
        var page = visitor.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        foreach (var (email, _, _) in DemoAccounts.All)
            await Expect(page.GetByText(email)).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync();

        await page.GetByLabel("E-mail").FillAsync("admin@kps.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        await Expect(page.GetByLabel("E-mail")).ToHaveValueAsync("admin@kps.example");
        await Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveValueAsync("");
        await visitor.AssertAccessibleAsync();

        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(DemoAccounts.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await visitor.LiveAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Mail", Exact = true })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheSetUpPageIsAccessible(bool dark)
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");
        await using var visitor = await Browser.OpenAsync(app, null, "/setup?code=ABC", phone: true, dark: dark);

        await Expect(visitor.Page.GetByLabel("Code from the log")).ToHaveValueAsync("ABC");
        await visitor.AssertAccessibleAsync();
    }
}
