using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.EndToEnd;

/// <summary>A sales person's day, with nothing but what is on the screen; the manager's numbers and a colleague's bell follow.</summary>
public class SalesDayTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task FromAnEnquiryToAWonDealWithoutAnotherTool(bool phone)
    {
        await using var app = await CrmApp.StartAsync(new() { ["Intake:MinimumFillSeconds"] = "0" });
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads", phone);
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", "/tasks");
        await using var manager = await Browser.OpenAsync(app, "manager@kps.example", "/");
        var page = anna.Page;

        // The enquiry appears in the open list; she opens it and calls.
        using var visitor = app.NewClient();
        await visitor.PostAsync("/api/contact", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["name"] = "Zoë Müller", ["email"] = "zoe@example.com", ["phone"] = "469 555 0134", ["service"] = "Payroll Services", ["message"] = "Fridays are lost to payroll.",
        }), TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Link, new() { Name = "Zoë Müller" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Call" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Reached" }).ClickAsync();
        await Expect(page.Locator(".timeline").GetByText("called")).ToBeVisibleAsync();

        // What she learned goes into its field.
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Edit Company:") }).ClickAsync();
        await page.GetByLabel("Company", new() { Exact = true }).FillAsync("Müller Bakery");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Edit Company:") })).ToHaveTextAsync("Müller Bakery");

        // A client and a deal in one step.
        await page.GetByRole(AriaRole.Button, new() { Name = "Convert" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Deal", new() { Exact = true }).FillAsync("Payroll for the bakery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create client and deal" }).ClickAsync();
        await Expect(page.GetByText("Zoë Müller is a client now, with the deal")).ToBeVisibleAsync();

        // Found again as fast as she types, and a word to a colleague.
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("bakery payroll");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToContainTextAsync("Payroll for the bakery");
        var note = page.GetByRole(AriaRole.Textbox, new() { Name = "Note" });
        await note.PressSequentiallyAsync("She pays weekly, @be");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "Ben Brooks" })).ToBeVisibleAsync();
        await note.PressAsync("Enter");
        await note.PressAsync("Control+Enter");
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 unread" }).WaitForAsync();

        // Won: the board's question, asked where she is, and the manager sees the money.
        if (phone)
            await page.GetByLabel("Move to").SelectOptionAsync("closed_won");
        else
            await page.Locator("[data-to=closed_won]").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Amount").FillAsync("6400");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as won" }).ClickAsync();
        await Expect(manager.Page.Locator("[data-kpi=revenue]")).ToHaveAttributeAsync("data-value", "6400");
        await Expect(manager.Page.Locator("[data-kpi=conversion-rate]")).ToHaveAttributeAsync("data-value", "100");
        Assert.Equal([], anna.Errors.Concat(ben.Errors).Concat(manager.Errors));
    }
}
