using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Lists;

/// <summary>The lists in the hands of a sales person.</summary>
public class ListBrowserTests
{
    [Fact]
    public async Task ASalesPersonNarrowsAListAndSavesItAsAView()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.ActorAsync("anna@kps.example");
        await AddLeadsAsync(app, ("Ana Núñez", anna.UserId, Priority.High), ("Roy Stubbs", anna.UserId, Priority.Low), ("Vera Kowalski", null, Priority.High));
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/leads?colour=red");
        var page = browser.Page;
        await Expect(page.GetByText("The filter “colour” isn't known; it was left out.")).ToBeVisibleAsync();
        await CountsAsync(page, 3);

        await Button(page, "Mine").ClickAsync();
        await CountsAsync(page, 2);
        await Button(page, "Filters (1)").ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog, new() { Name = "Filters" });
        await panel.GetByLabel("High").CheckAsync();
        await Expect(Button(panel, "Show 1 lead")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Rows(page)).ToContainTextAsync("Ana Núñez");

        await Button(page, "Save view…").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Name").FillAsync("My hot ones");
        await Button(page.GetByRole(AriaRole.Dialog), "Save view").ClickAsync();
        await Expect(Button(page, "My hot ones, other views")).ToBeVisibleAsync();

        // What differs from the view is said, and saved into it or taken back.
        await Button(page, "Remove the filter Priority: High").ClickAsync();
        await Expect(page.GetByText("Changed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Reset" }).ClickAsync();
        await Expect(page.GetByText("Changed")).ToHaveCountAsync(0);
        await CountsAsync(page, 1);

        // Also without any filter left it is the view, changed; by way of a reload, too.
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear all" }).ClickAsync();
        await CountsAsync(page, 3);
        await page.ReloadAsync();
        await browser.LiveAsync();
        await CountsAsync(page, 3);
        await Expect(Button(page, "My hot ones, other views")).ToBeVisibleAsync();
        await Expect(page.GetByText("Changed")).ToBeVisibleAsync();
        await Button(page, "Mine").ClickAsync();
        await CountsAsync(page, 2);
        await Button(page, "Remove the filter Mine").ClickAsync();
        await CountsAsync(page, 3);
        await Expect(page.GetByText("Changed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Reset" }).ClickAsync();
        await CountsAsync(page, 1);

        await Button(page, "My hot ones, other views").ClickAsync();
        await Button(page, "Open leads with this view").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Pipeline" }).ClickAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Leads" }).ClickAsync();
        await Expect(Button(page, "My hot ones, other views")).ToBeVisibleAsync();
        await CountsAsync(page, 1);

        // And the plain list stays within reach.
        await Button(page, "My hot ones, other views").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "All leads" }).ClickAsync();
        await CountsAsync(page, 3);
        await Expect(page).ToHaveURLAsync($"{app.Url}/leads?view=all");
        Assert.Equal([], browser.Errors);
    }

    [Fact]
    public async Task ACellIsEditedWhereItStandsAndTakenBack()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.ActorAsync("anna@kps.example");
        var (first, second) = await AddDealsAsync(app, anna);
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/deals?sort=title");
        var page = browser.Page;

        await page.Locator($"#deal-{first}-owner").ClickAsync();
        await page.Locator($"select#deal-{first}-owner").SelectOptionAsync(new SelectOptionValue { Label = "Ben Brooks" });
        await Expect(page.Locator($"button#deal-{first}-owner")).ToHaveTextAsync("Ben Brooks");
        await Button(page, "Undo").ClickAsync();
        await Expect(page.GetByText("Owner of Audit: Anna Alvarez again")).ToBeVisibleAsync();
        await Expect(page.Locator($"button#deal-{first}-owner")).ToHaveTextAsync("Anna Alvarez");

        // A stage asks what the board asks.
        await page.Locator($"#deal-{second}-stage").ClickAsync();
        await page.Locator($"select#deal-{second}-stage").SelectOptionAsync(new SelectOptionValue { Label = "Lost" });
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why was it lost?").SelectOptionAsync("Price");
        await Button(dialog, "Mark as lost").ClickAsync();
        await Expect(page.Locator($"button#deal-{second}-stage")).ToHaveTextAsync("Lost");
        Assert.Equal((DealStage.ClosedLost, "Price"), await app.Store.ReadAsync(anna, view => view.Deals.Where(d => d.Id == second).Select(d => new ValueTuple<DealStage, string?>(d.Stage, d.LostReason)).SingleAsync()));
        Assert.Equal([], browser.Errors);
    }

    [Fact]
    public async Task SeveralEndTogetherLostForOneReasonWonOnOneDay()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.ActorAsync("anna@kps.example");
        await AddDealsAsync(app, anna);
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/deals?sort=title");
        var page = browser.Page;
        var dialog = page.GetByRole(AriaRole.Dialog);
        var before = await StandAsync();

        await ChooseAsync("Lost");
        await Expect(dialog).ToContainTextAsync("Lost: 2 deals");
        await dialog.GetByLabel("Why were they lost?").SelectOptionAsync("Price");
        await browser.AssertAccessibleAsync();
        await Button(dialog, "Mark as lost").ClickAsync();
        await Expect(page.GetByText("Changed 2 deals")).ToBeVisibleAsync();
        Assert.All(await StandAsync(), d => Assert.Equal((DealStage.ClosedLost, "Price"), (d.Stage, d.Reason)));
        await Button(page, "Undo").ClickAsync();
        await Expect(page.GetByText("2 deals as before")).ToBeVisibleAsync();
        Assert.Equal(before, await StandAsync());

        await ChooseAsync("Won");
        await Expect(dialog).ToContainTextAsync("Each keeps its amount.");
        await Expect(dialog.GetByLabel("Amount")).ToHaveCountAsync(0);
        await dialog.GetByLabel("Date").FillAsync("2026-01-15");
        await Button(dialog, "Mark as won").ClickAsync();
        await Expect(page.Locator("button[id$=-stage]", new() { HasText = "Won" })).ToHaveCountAsync(2);
        Assert.Equal(before.Select(d => (DealStage.ClosedWon, d.Cents, new DateOnly(2026, 1, 15))), (await StandAsync()).Select(d => (d.Stage, d.Cents, d.On!.Value)));
        Assert.Equal([], browser.Errors);

        async Task ChooseAsync(string stage)
        {
            await page.GetByLabel("Select all on this page").CheckAsync();
            await page.GetByLabel("Change what").SelectOptionAsync(new SelectOptionValue { Label = "Stage" });
            await page.Locator("#bulk-value").SelectOptionAsync(new SelectOptionValue { Label = stage });
            await Button(page, "Change 2 deals").ClickAsync();
        }

        Task<List<(DealStage Stage, long Cents, DateOnly? On, string? Reason)>> StandAsync() => app.Store.ReadAsync(anna, view => view.Deals.OrderBy(d => d.Id)
            .Select(d => new ValueTuple<DealStage, long, DateOnly?, string?>(d.Stage, d.AmountCents, d.ActualCloseDate, d.LostReason)).ToListAsync());
    }

    [Fact]
    public async Task AnOpenCellHoldsItsRowAndAConflictSaysWhoChangedWhat()
    {
        await using var app = await CrmApp.StartAsync();
        var (anna, ben) = (await app.ActorAsync("anna@kps.example"), await app.ActorAsync("ben@kps.example"));
        var (first, _) = await AddDealsAsync(app, anna);
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/deals?sort=title");
        var page = browser.Page;
        await page.Locator($"#deal-{first}-expected_close_date").ClickAsync();
        var editor = page.Locator($"input#deal-{first}-expected_close_date");
        await Expect(editor).ToBeFocusedAsync();

        await new EditRecord(RecordRef.Deal(first), [new("expected_close_date", null, "2026-12-01"), new("title", "Audit", "Zebra")]).RunAsync(app.Store, ben);
        await AddLeadsAsync(app);
        // The change would move the row to the end; it waits until the editor is closed.
        await Expect(Rows(page).First).ToContainTextAsync("Audit");
        await editor.FillAsync("2026-12-24");
        await page.Keyboard.PressAsync("Enter");

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Ben Brooks");
        await Expect(dialog).ToContainTextAsync("Dec 1, 2026");
        await dialog.GetByText("Dec 24, 2026").ClickAsync();
        await Button(dialog, "Save these").ClickAsync();
        await Expect(Rows(page).Last).ToContainTextAsync("Zebra");
        await Expect(page.Locator($"button#deal-{first}-expected_close_date")).ToContainTextAsync("Dec 24, 2026");
        Assert.Equal([], browser.Errors);
    }

    [Fact]
    public async Task TheWholeListWorksByKeyboardAlone()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.ActorAsync("anna@kps.example");
        await AddLeadsAsync(app, ("Ana Núñez", anna.UserId, Priority.High), ("Roy Stubbs", anna.UserId, Priority.Low), ("Vera Kowalski", null, Priority.High));
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/leads?sort=name&cols=priority,owner");
        var page = browser.Page;
        await page.Locator("[data-keys=on]").WaitForAsync();
        await Rows(page).First.FocusAsync();

        // Down, select, down, select; then up and edit the first cell that can be edited.
        foreach (var key in new[] { "x", "j", "x", "ArrowDown", "k", "k" })
            await page.Keyboard.PressAsync(key);
        await Expect(page.GetByText("2 leads selected")).ToBeVisibleAsync();
        await Expect(Rows(page).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("e");
        await Expect(page.Locator("td select")).ToBeFocusedAsync();
        await page.Locator("td select").SelectOptionAsync("urgent");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Rows(page).First).ToContainTextAsync("Urgent");
        await Expect(Rows(page).First.Locator("button[id$=-priority]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Rows(page).First).ToBeFocusedAsync();
        await Expect(page.GetByText("2 leads selected")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ana Núñez" })).ToBeVisibleAsync();
        Assert.Equal([], browser.Errors);
    }

    [Fact]
    public async Task SeveralRowsAreChangedAtOnceAndTakenBack()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.ActorAsync("anna@kps.example");
        await AddLeadsAsync(app, ("Ana Núñez", anna.UserId, Priority.High), ("Roy Stubbs", anna.UserId, Priority.Low), ("Vera Kowalski", null, Priority.High), ("Zoë Alone", null, Priority.Low));
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/leads?sort=name", phone: true);
        var page = browser.Page;

        await page.GetByLabel("Select Ana Núñez").ClickAsync();
        await page.GetByLabel("Select Vera Kowalski").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.GetByText("3 leads selected")).ToBeVisibleAsync();
        // A colleague's lead comes in between; the selection stays with its rows.
        await AddLeadsAsync(app, ("Bea Between", null, Priority.Low));
        await Expect(Rows(page)).ToHaveCountAsync(5);
        await Expect(page.GetByText("3 leads selected")).ToBeVisibleAsync();
        await page.GetByLabel("Change what").SelectOptionAsync("owner");
        await page.GetByLabel("Owner", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Ben Brooks" });
        await browser.AssertAccessibleAsync();
        await Button(page, "Change 3 leads").ClickAsync();

        await Expect(page.GetByText("Changed 3 leads")).ToBeVisibleAsync();
        await Expect(page.Locator("td button", new() { HasText = "Ben Brooks" })).ToHaveCountAsync(3);
        await Button(page, "Undo").ClickAsync();
        await Expect(page.GetByText("3 leads as before")).ToBeVisibleAsync();
        await Expect(page.Locator("td button", new() { HasText = "Anna Alvarez" })).ToHaveCountAsync(2);
        Assert.Equal([], browser.Errors);
    }

    [Theory, InlineData(false, false), InlineData(true, true)]
    public async Task EveryPanelMenuAndEditorIsAccessibleAndNothingScrollsSideways(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var browser = await Browser.OpenAsync(app, "anna@kps.example", "/leads?status=new,contacted&colour=red", phone, dark);
        var page = browser.Page;
        await Expect(Rows(page).First).ToBeVisibleAsync();

        await Button(page, "All leads, other views").ClickAsync();
        await browser.AssertAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Button(page, "Filters (1)").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Filters" }).GetByLabel("Google")).ToBeVisibleAsync();
        await browser.AssertAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        if (!phone)
        {
            await Button(page, "Columns").ClickAsync();
            await Button(page.GetByRole(AriaRole.Dialog), "Move Status to the left").ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("Priority").CheckAsync();
            await browser.AssertAccessibleAsync();
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator("th").Nth(3)).ToHaveTextAsync("Status");
            await Expect(page.Locator("th").Last).ToHaveTextAsync("Priority");
        }
        await page.Locator("td button[id$=-owner]").First.ClickAsync();
        await Expect(page.Locator("td select")).ToBeFocusedAsync();
        await browser.AssertAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.Equal([], browser.Errors);
    }

    private static ILocator Rows(IPage page) => page.Locator("tbody tr");

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Button(ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static Task CountsAsync(IPage page, int count) => Expect(page.Locator("[data-count]")).ToHaveAttributeAsync("data-count", $"{count}");

    private static Task AddLeadsAsync(CrmApp app, params (string Name, int? Owner, Priority Priority)[] leads) => app.Store.WriteAsync(Actor.System, db =>
    {
        foreach (var (name, owner, priority) in leads)
            db.Leads.Add(new Lead { Name = name, Email = "ana@example.com", OwnerId = owner, Priority = priority, CreatedAt = db.Now });
        return Task.CompletedTask;
    });

    private static async Task<(int First, int Second)> AddDealsAsync(CrmApp app, Actor owner)
    {
        var (first, second) = (new Deal { Title = "Audit", AmountCents = 1_000_00, OwnerId = owner.UserId }, new Deal { Title = "Payroll", AmountCents = 2_000_00, OwnerId = owner.UserId });
        await app.Store.WriteAsync(Actor.System, db =>
        {
            db.Deals.AddRange(first, second);
            return Task.CompletedTask;
        });
        return (first.Id, second.Id);
    }
}
