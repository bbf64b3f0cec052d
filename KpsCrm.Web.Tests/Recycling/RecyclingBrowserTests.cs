using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Recycling;

public class RecyclingBrowserTests
{
    [Fact]
    public async Task ADeletedCardLeavesEveryBoardAndUndoBringsItBack()
    {
        await using var app = await CrmApp.StartAsync();
        await AcmeAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", "/pipeline");
        var hers = anna.Page.Locator("[data-deal-id='1']");
        var his = ben.Page.Locator("[data-deal-id='1']");
        await Expect(his).ToBeVisibleAsync();

        await hers.FocusAsync();
        await anna.Page.Keyboard.PressAsync("Delete");
        await Expect(anna.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Delete Payroll? It can be brought back for 30 days.");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(his).ToHaveCountAsync(0);
        await Expect(ben.Page.GetByText("Anna deleted Payroll").First).ToBeVisibleAsync();
        await Expect(ben.Page.Locator("[data-stage=proposal]")).ToHaveAttributeAsync("data-count", "1");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(his).ToBeVisibleAsync();
        await Expect(hers).ToBeVisibleAsync();
        Assert.Equal([], [.. anna.Errors, .. ben.Errors]);
    }

    [Fact]
    public async Task ARecordGoesAndComesBackUnderTheEyesOfWhoeverReadsIt()
    {
        await using var app = await CrmApp.StartAsync();
        var client = await AcmeAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/clients/{client}");
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", $"/clients/{client}", phone: true);
        await Expect(ben.Page.GetByRole(AriaRole.Heading, new() { Name = "Acme", Exact = true })).ToBeVisibleAsync();

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Delete this client" }).ClickAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Delete Acme and its 2 deals? They can be brought back for 30 days.");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(ben.Page.GetByRole(AriaRole.Heading, new() { Name = "Acme is in the recycle bin" })).ToBeVisibleAsync();
        await Expect(ben.Page.GetByText("Anna Alvarez deleted this client")).ToBeVisibleAsync();
        await ben.AssertAccessibleAsync();
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Heading, new() { Name = "Acme", Exact = true })).ToBeVisibleAsync();
        await Expect(ben.Page.GetByText("Acme, with 2 deals is back.").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task TheBinOffersBothWhenADealsClientIsThereTooAndOnlyAnAdminPurges()
    {
        await using var app = await CrmApp.StartAsync();
        var client = await AcmeAsync(app);
        var who = await app.ActorAsync("anna@kps.example");
        await new DeleteRecord(ItemRef.Deal(1)).RunAsync(app.Store, who);
        await new DeleteRecord(ItemRef.Client(client)).RunAsync(app.Store, who);
        await new DeleteRecord(ItemRef.Lead(1)).RunAsync(app.Store, who);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/bin");
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/bin", phone: true, dark: true);

        await Expect(anna.Page.Locator("tr[data-binned]")).ToHaveCountAsync(4);
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "for good" })).ToHaveCountAsync(0);
        await anna.AssertAccessibleAsync();
        await admin.AssertAccessibleAsync();
        Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        await anna.Page.GetByLabel("Kind").SelectOptionAsync("deal");
        await Expect(anna.Page.Locator("tr[data-binned]")).ToHaveCountAsync(2);
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Restore Payroll" }).ClickAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Payroll belongs to the client Acme, which is in the recycle bin too.");
        await anna.AssertAccessibleAsync();
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Bring back both" }).ClickAsync();
        await Expect(anna.Page.GetByText("Nothing here matches")).ToBeVisibleAsync();

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Remove for good: Ana" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove for good" }).ClickAsync();
        await Expect(admin.Page.GetByText("The recycle bin is empty")).ToBeVisibleAsync();
        await Expect(anna.Page.GetByText("The recycle bin is empty")).ToBeVisibleAsync();
    }

    /// <summary>A lead, and a client with two deals.</summary>
    private static async Task<int> AcmeAsync(CrmApp app)
    {
        var anna = await app.ActorAsync("anna@kps.example");
        return (await app.Store.WriteAsync(anna, db =>
        {
            db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com", CreatedAt = db.Now });
            var acme = new Client { Name = "Acme", Email = "acme@example.com", JoinedAt = db.Now };
            db.Deals.Add(new Deal { Title = "Payroll", AmountCents = 100_00, Client = acme, CreatedAt = db.Now });
            db.Deals.Add(new Deal { Title = "Taxes", AmountCents = 200_00, Client = acme, CreatedAt = db.Now }.PlaceAt("t"));
            return Task.FromResult(acme);
        })).Id;
    }
}
