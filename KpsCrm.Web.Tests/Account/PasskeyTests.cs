using System.Net;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Account;

public class PasskeyTests
{
    /// <summary>Passkeys belong to a name, never to a number: the address of the tests' program is opened as localhost.</summary>
    private static string Named(CrmApp app, string path) => app.Url.Replace("127.0.0.1", "localhost") + path;

    [Fact]
    public async Task APasskeyIsAddedNamedUsedAndRemoved()
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, null, "/sign-in");
        var page = anna.Page;
        var devices = await page.Context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true },
        });
        await page.GotoAsync(Named(app, "/sign-in?returnUrl=%2Faccount%2Fpasskeys"));
        await page.GetByLabel("E-mail").FillAsync("anna@kps.example");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(DemoAccounts.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Passkeys", Exact = true })).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();

        await page.GetByLabel("What it is called").FillAsync("My laptop");
        await page.Locator("#add-title ~ form").GetByLabel("Your password").FillAsync(DemoAccounts.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.Locator(".keys").GetByText("My laptop", new() { Exact = true })).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();

        // Signed out, with the passkey alone.
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(Named(app, "/sign-in?returnUrl=%2Faccount%2Fpasskeys"));
        await anna.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page.Locator(".keys").GetByText("My laptop", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Contains(SignInMethod.Passkey, await app.Store.ReadAsync(Actor.System, view => view.Sessions.Select(s => s.Method).ToListAsync()));

        var remove = page.Locator("#remove-title ~ form");
        await remove.GetByLabel("Your password").FillAsync("not hers, found at her desk");
        await remove.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(remove.GetByRole(AriaRole.Alert)).ToContainTextAsync("not your present password");
        await remove.GetByLabel("Your password").FillAsync(DemoAccounts.Password);
        await remove.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Locator(".keys")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Passkeys", Exact = true })).ToBeVisibleAsync();
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(Named(app, "/sign-in"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "opens nothing here" })).ToBeVisibleAsync();
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task AnInventedPasskeyOpensNothing()
    {
        await using var app = await CrmApp.StartAsync();
        foreach (var credential in new[] { "", "{}", "not json", """{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA","userHandle":"Mw"},"clientExtensionResults":{}}""" })
        {
            var answer = await CrmApp.PostFormAsync(app.NewClient(), "/sign-in", new() { ["_handler"] = "passkey", ["Passkey.Credential"] = credential });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("opens nothing here", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task TheOptionsNeedTheFormsToken()
    {
        await using var app = await CrmApp.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await app.NewClient().PostAsync("/sign-in/passkey-options", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await (await app.SignInAsync()).PostAsync("/account/passkey-options", null)).StatusCode);
    }
}
