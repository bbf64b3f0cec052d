using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.FirstSteps;

public class FirstStepsBrowserTests
{
    [Fact]
    public async Task TheTestLeadTicksItselfAndTheBackupToo()
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/");
        var steps = admin.Page.Locator("[data-done]");
        await Expect(steps).ToHaveAttributeAsync("data-done", "0");
        await Expect(steps.Locator("li")).ToHaveCountAsync(4);
        await Expect(steps.GetByRole(AriaRole.Link, new() { Name = "Open the form" })).ToHaveAttributeAsync("target", "_blank");
        await admin.AssertAccessibleAsync();

        await app.Store.WriteAsync(Actor.Visitor, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Me", Email = "me@example.com", CreatedAt = db.Now })));
        await Expect(steps.Locator("[data-step=lead].done")).ToBeVisibleAsync();
        await Expect(steps).ToHaveAttributeAsync("data-done", "1");

        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Deals.Add(new Deal { Title = "First", CreatedAt = db.Now }.At(DealStage.ClosedWon, "i", db.Now, new DateOnly(2026, 11, 24)))));
        await Expect(steps.Locator("[data-step=won].done")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task TheListIsPutAwayAndFoundAgainAndSalesHaveAShortOne(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var manager = await Browser.OpenAsync(app, "manager@kps.example", "/", phone, dark);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/");
        await Expect(anna.Page.Locator("[data-done] li")).ToHaveCountAsync(2);
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Skip" })).ToHaveCountAsync(0);
        await Expect(manager.Page.Locator("[data-done] li")).ToHaveCountAsync(3);
        await manager.AssertAccessibleAsync();
        Assert.True(await manager.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Skip" }).ClickAsync();
        await Expect(anna.Page.Locator("[data-done]")).ToHaveCountAsync(0);
        await manager.Page.GetByRole(AriaRole.Button, new() { Name = "Show the first steps again" }).ClickAsync();
        await Expect(anna.Page.Locator("[data-done]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task OneConfirmedClickRemovesTheSampleDataAndTellsWhatWasKept()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        var anna = await app.ActorAsync("anna@kps.example");
        var client = await app.Store.WriteAsync(anna, async db =>
        {
            var sample = await db.Clients.FirstAsync(c => c.Name == "Manufacturing Plus");
            db.Deals.Add(new Deal { Title = "Mine", ClientId = sample.Id, CreatedAt = db.Now });
            return sample.Id;
        });
        await using var hers = await Browser.OpenAsync(app, "anna@kps.example", "/leads");
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/");
        await Expect(hers.Page.Locator("[data-sample]")).ToContainTextAsync("included in what you see. An admin can remove it.");
        await hers.AssertAccessibleAsync();

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Remove it…" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("leads");
        await admin.AssertAccessibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Remove the sample data" }).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("One record is yours now: Manufacturing Plus has a deal of yours.");
        await Expect(hers.Page.Locator("[data-sample]")).ToHaveCountAsync(0);
        await Expect(hers.Page.GetByText("No leads yet")).ToBeVisibleAsync();
        Assert.Equal([client], await app.Store.ReadAsync(anna, view => view.Clients.Select(c => c.Id).ToListAsync()));
        Assert.Equal([], [.. hers.Errors, .. admin.Errors]);
    }
}
