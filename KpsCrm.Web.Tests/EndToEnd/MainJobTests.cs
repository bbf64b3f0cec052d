using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.EndToEnd;

/// <summary>The product's main job, with real browsers: a visitor's lead and a dragged deal are on every open screen at once.</summary>
public class MainJobTests
{
    [Fact]
    public async Task AVisitorsLeadAppearsOnAnOpenBoardAndMovesTheNumbers()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Intake:MinimumFillSeconds"] = "0" });
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", "/pipeline/leads");
        await using var manager = await Browser.OpenAsync(app, "manager@kps.example", "/");
        await Expect(ben.Page.Locator("[data-stage=new]")).ToHaveAttributeAsync("data-count", "0");

        await using var visitor = await Browser.OpenAsync(app, null, "/contact?utm_source=google", phone: true, javaScript: false);
        await SendEnquiryAsync(visitor.Page, "Zoë Müller", "zoe@example.com");

        await Expect(ben.Page.Locator("[data-stage=new] [data-lead-id]")).ToContainTextAsync("Zoë Müller");
        await Expect(ben.Page.Locator("[data-stage=new]")).ToHaveAttributeAsync("data-count", "1");
        await Expect(Kpi(manager.Page, "total-leads")).ToHaveAttributeAsync("data-value", "1");
        await Expect(Kpi(manager.Page, "monthly-leads")).ToHaveAttributeAsync("data-value", "1");
        await Expect(manager.Page.Locator("[data-chart=lead-sources]")).ToContainTextAsync("Google");
        Assert.Equal([], ben.Errors.Concat(manager.Errors).Concat(visitor.Errors));
    }

    [Fact]
    public async Task ADragMovesTheManagersNumbers()
    {
        await using var app = await CrmApp.StartAsync();
        var id = await AddDealAsync(app, "QuickBooks Setup", 8_500_00);
        await using var manager = await Browser.OpenAsync(app, "manager@kps.example", "/");
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await Expect(Kpi(manager.Page, "weighted-pipeline")).ToHaveAttributeAsync("data-value", "2550");

        await anna.Page.Locator($"[data-deal-id='{id}']").DragToAsync(anna.Page.Locator("[data-stage=review]"), new() { TargetPosition = new() { X = 100, Y = 300 } });

        await Expect(Kpi(manager.Page, "weighted-pipeline")).ToHaveAttributeAsync("data-value", "6800");
        await Expect(Kpi(manager.Page, "pipeline-value")).ToHaveAttributeAsync("data-value", "8500");
    }

    [Fact]
    public async Task TwoInstancesOnPostgresShowEachOthersChanges()
    {
        await using var one = await CrmApp.StartAsync(provider: DatabaseProvider.Postgres);
        await using var two = await CrmApp.StartAsync(beside: one);
        var id = await AddDealAsync(one, "Audit", 1_000_00);
        await using var anna = await Browser.OpenAsync(one, "anna@kps.example", "/pipeline");
        await using var ben = await Browser.OpenAsync(two, "ben@kps.example", "/pipeline");
        await Expect(ben.Page.Locator($"[data-stage=proposal] [data-deal-id='{id}']")).ToBeVisibleAsync();

        await anna.Page.Locator($"[data-deal-id='{id}']").DragToAsync(anna.Page.Locator("[data-stage=negotiation]"), new() { TargetPosition = new() { X = 100, Y = 300 } });

        await Expect(ben.Page.Locator($"[data-stage=negotiation] [data-deal-id='{id}']")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhatIsBeingTypedSurvivesTheChangesOfOthers()
    {
        await using var app = await CrmApp.StartAsync();
        await AddDealAsync(app, "Audit", 1_000_00);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await anna.Page.Locator("[data-deal-id]").First.FocusAsync();
        await anna.Page.Keyboard.PressAsync("Alt+ArrowRight");
        await Expect(anna.Page.Locator("[data-stage=negotiation] [data-deal-id]")).ToHaveCountAsync(1);
        await anna.Page.Keyboard.PressAsync("m");
        await anna.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Lost" }).ClickAsync();
        // The dialog takes the focus a round trip after it shows.
        await Expect(anna.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        var note = anna.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox);
        await note.FillAsync("They chose");

        await AddDealAsync(app, "Payroll", 2_000_00);
        await note.PressSequentiallyAsync(" the firm next door");

        await Expect(note).ToHaveValueAsync("They chose the firm next door");
        await anna.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(anna.Page.Locator("[data-deal-id]")).ToHaveCountAsync(2);
        await Expect(anna.Page.Locator("[data-stage=closed_lost]")).ToHaveAttributeAsync("data-count", "0");
    }

    [Fact]
    public async Task EveryMonthHasItsColumnTheLatestToo()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var manager = await Browser.OpenAsync(app, "manager@kps.example", "/");

        await Expect(manager.Page.Locator("[data-chart=monthly-trends] .apexcharts-bar-area")).ToHaveCountAsync(12);
    }

    [Fact]
    public async Task ThePictureOfTheReadmeIsTakenOfTheSampleFirm()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await Expect(anna.Page.Locator("[data-stage=proposal] [data-deal-id]").First).ToBeVisibleAsync();

        var picture = await anna.Page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });

        Assert.True(picture.Length > 50_000);
        // KPS_WRITE_PICTURE=docs/pipeline.png renews the one in the README.
        if (Environment.GetEnvironmentVariable("KPS_WRITE_PICTURE") is { Length: > 0 } path)
            await File.WriteAllBytesAsync(path, picture);
    }

    private static ILocator Kpi(IPage page, string name) => page.Locator($"[data-kpi={name}]");

    private static async Task<int> AddDealAsync(CrmApp app, string title, long cents)
    {
        var deal = new Deal { Title = title, AmountCents = cents };
        await app.Store.WriteAsync(Actor.System, db =>
        {
            db.Deals.Add(deal);
            return Task.CompletedTask;
        });
        return deal.Id;
    }

    private static async Task SendEnquiryAsync(IPage page, string name, string email)
    {
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync(email);
        await page.GetByLabel("may keep what I write").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Request a call back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Thank you, we have your message" })).ToBeVisibleAsync();
    }
}
