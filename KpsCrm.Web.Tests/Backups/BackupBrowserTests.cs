using KpsCrm.Data.Deals;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Backups;

public class BackupBrowserTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task BackUpNowMakesAProvedOneAndTicksTheFirstStep(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await using var elsewhere = await Browser.OpenAsync(app, "admin@kps.example", "/");
        await Expect(elsewhere.Page.Locator("[data-step=backup]")).ToBeVisibleAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/backup", phone, dark);
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no good backup yet" })).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync();

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Last good backup: just now" })).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("tr[data-backup]")).ToContainTextAsync("Proved");
        await Expect(elsewhere.Page.Locator("[data-step=backup].done")).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync();
        Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.True(Assert.Single(BackupFile.In(app.Folder)).IsProved);
        Assert.Equal([], admin.Errors);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task YesterdayIsRestoredInTwoClicksAndAnotherPersonsOpenBoardShowsIt(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        var deal = await AddAsync(app, "Yesterday's deal");
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/backup", phone, dark);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();
        await Expect(admin.Page.Locator("tr[data-backup]")).ToHaveCountAsync(1);
        var today = await AddAsync(app, "Today's deal");
        await Expect(anna.Page.Locator($"[data-deal-id='{today}']")).ToBeVisibleAsync();
        var name = Path.GetFileNameWithoutExtension(Assert.Single(BackupFile.In(app.Folder)).Name);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = $"Restore {name}" }).ClickAsync();
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true })).ToBeDisabledAsync();
        await admin.AssertAccessibleAsync();
        await dialog.GetByLabel("to go on").FillAsync("another");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync($"Type {name}");
        await dialog.GetByLabel("to go on").FillAsync(name);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();

        // Nobody loaded a page anew, and nobody had to sign in.
        await Expect(anna.Page.Locator($"[data-deal-id='{today}']")).ToHaveCountAsync(0);
        await Expect(anna.Page.Locator($"[data-deal-id='{deal}']")).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("tr[data-backup]")).ToHaveCountAsync(2);
        await Expect(admin.Page.GetByText("Before a restore")).ToBeVisibleAsync();
        await admin.Page.GotoAsync("/audit?kind=system");
        await Expect(admin.Page.Locator("main")).ToContainTextAsync("Backup restored");
        await Expect(admin.Page.Locator("[data-chain=unbroken]")).ToBeVisibleAsync();
        // And work goes on.
        var later = await AddAsync(app, "Later deal");
        await Expect(anna.Page.Locator($"[data-deal-id='{later}']")).ToBeVisibleAsync();
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task WhatIsChosenIsSavedShownToOthersAndToldToTheTrail()
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/backup");
        await using var other = await Browser.OpenAsync(app, "admin@kps.example", "/settings/backup");
        await Expect(other.Page.GetByText("No schedule")).ToBeVisibleAsync();

        await admin.Page.GetByLabel("Back up every day at").CheckAsync();
        await admin.Page.GetByLabel("Time of day").FillAsync("04:30");
        await admin.Page.GetByLabel("Second folder").FillAsync("/nowhere/at/all");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(admin.Page.GetByText("There is no folder /nowhere/at/all on the server")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Second folder").FillAsync("");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(admin.Page.GetByText("Saved.")).ToBeVisibleAsync();
        Assert.Equal("04:30", await app.Store.ReadAsync(Actor.System, view => view.Settings.Where(s => s.Key == "backup.at").Select(s => s.Value).SingleAsync()));
        await Expect(other.Page.GetByText(new System.Text.RegularExpressions.Regex("^Next: .*04:30$"))).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("correct horse battery");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Encrypt from now on" }).ClickAsync();
        await Expect(other.Page.GetByRole(AriaRole.Heading, new() { Name = "Backups are encrypted" })).ToBeVisibleAsync();
        await other.Page.GotoAsync("/audit?kind=setting_changed");
        await Expect(other.Page.Locator("main")).ToContainTextAsync("backup.passphrase");
        await Expect(other.Page.Locator("main")).ToContainTextAsync("after: another");
    }

    private static Task<int> AddAsync(CrmApp app, string title) => app.Store.WriteAsync(Actor.System, async db =>
    {
        var deal = new Deal { Title = title, CreatedAt = db.Now };
        db.Deals.Add(deal);
        await db.SaveChangesAsync();
        return deal.Id;
    });
}
