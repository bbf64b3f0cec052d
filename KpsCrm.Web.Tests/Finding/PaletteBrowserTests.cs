using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Finding;

public class PaletteBrowserTests
{
    [Fact]
    public async Task ARecordIsFoundAndOpenedByKeysAloneAndIsRecentlySeenAfter()
    {
        await using var app = await CrmApp.StartAsync();
        await AddAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads");
        var palette = await OpenAsync(anna, "Control+k");

        await anna.Page.Keyboard.TypeAsync("ocean yearly");
        await Expect(palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Expect(palette.GetByRole(AriaRole.Option)).ToContainTextAsync("Deal · Blue Whale");
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(anna.Page).ToHaveURLAsync($"{app.Url}/deals/1");
        await Expect(palette).ToBeHiddenAsync();
        await Expect(anna.Page.Locator("h1")).ToContainTextAsync("Yearly books");

        await OpenAsync(anna, "Control+k");
        await Expect(palette.GetByRole(AriaRole.Group, new() { Name = "Recently seen" }).GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Expect(palette.Locator("[aria-selected=true]")).ToContainTextAsync("Yearly books");
        await anna.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(palette.Locator("[aria-selected=true]")).ToContainTextAsync("Dashboard");
        var active = await palette.GetByRole(AriaRole.Combobox).GetAttributeAsync("aria-activedescendant");
        Assert.Equal(active, await palette.Locator("[aria-selected=true]").GetAttributeAsync("id"));
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(palette).ToBeHiddenAsync();
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task ATypoFindsSimilarNamesAndNonsenseSaysSo()
    {
        await using var app = await CrmApp.StartAsync();
        await AddAsync(app);
        await app.Services.GetRequiredService<KpsCrm.Data.Search.SearchIndex>().CatchUpAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/tasks");
        var palette = await OpenAsync(anna, "Control+k");

        await anna.Page.Keyboard.TypeAsync("martinz");
        await Expect(palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Expect(palette.GetByRole(AriaRole.Option)).ToContainTextAsync("Ana Martínez");
        await Expect(palette.GetByRole(AriaRole.Status)).ToHaveTextAsync("No exact match; showing similar names.");
        await palette.GetByRole(AriaRole.Combobox).FillAsync("\"zzzz OR %_'");
        await Expect(palette.GetByRole(AriaRole.Status)).ToHaveTextAsync("Nothing found.");
        await Expect(palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task WhereLittleMatchesSimilarNamesStandBelowInPaletteAndList()
    {
        await using var app = await CrmApp.StartAsync();
        await AddAsync(app);
        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana Martines", Email = "other@example.com", Company = "Nearby", CreatedAt = db.Now })));
        await app.Services.GetRequiredService<KpsCrm.Data.Search.SearchIndex>().CatchUpAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads?q=martinez");

        await Expect(anna.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(anna.Page.GetByRole(AriaRole.Region, new() { Name = "Similar names" })).ToContainTextAsync("Ana Martines");
        await anna.AssertAccessibleAsync();

        var palette = await OpenAsync(anna, "Control+k");
        await anna.Page.Keyboard.TypeAsync("martinez");
        await Expect(palette.GetByRole(AriaRole.Group, new() { Name = "Leads" }).GetByRole(AriaRole.Option)).ToContainTextAsync(["Ana Martínez"]);
        await Expect(palette.GetByRole(AriaRole.Group, new() { Name = "Similar names" }).GetByRole(AriaRole.Option)).ToContainTextAsync(["Ana Martines"]);
        await Expect(palette.Locator("[aria-selected=true]")).ToContainTextAsync("Ana Martínez");
        await anna.AssertAccessibleAsync();
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task KeysGoToPagesCreateAndSearchButNeverWhileSomeoneTypes()
    {
        await using var app = await CrmApp.StartAsync();
        await AddAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads");
        await ReadyAsync(anna);
        var keyboard = anna.Page.Keyboard;

        await keyboard.PressAsync("/");
        await keyboard.TypeAsync("gpc?", new() { Delay = 400 });
        await Expect(anna.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("gpc?");
        await Expect(anna.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await anna.Page.Locator("h1").ClickAsync();

        foreach (var (key, path) in new[] { ("c", "/clients"), ("e", "/deals"), ("t", "/tasks"), ("p", "/pipeline"), ("l", "/leads"), ("d", "/") })
        {
            await keyboard.PressAsync("g");
            await keyboard.PressAsync(key);
            await Expect(anna.Page).ToHaveURLAsync(app.Url + path);
        }

        await keyboard.PressAsync("?");
        var keys = anna.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await Expect(keys).ToContainTextAsync("Create a lead, client, deal or task");
        await keyboard.PressAsync("g");
        await keyboard.PressAsync("l");
        await Expect(keys).ToBeVisibleAsync();
        await Expect(anna.Page).ToHaveURLAsync(app.Url + "/");
        await keyboard.PressAsync("Escape");
        await Expect(keys).ToBeHiddenAsync();

        await keyboard.PressAsync("c");
        await Expect(anna.Page.GetByRole(AriaRole.Dialog, new() { Name = "What to create" })).ToBeVisibleAsync();
        await keyboard.PressAsync("l");
        await Expect(anna.Page.GetByRole(AriaRole.Dialog, new() { Name = "New lead" })).ToBeVisibleAsync();
        Assert.Equal([], anna.Errors);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task ThePaletteIsAccessibleInBothThemesAndFillsAPhone(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await AddAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/", phone, dark);
        await ReadyAsync(anna);
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Find anything" }).ClickAsync();
        var palette = anna.Page.GetByRole(AriaRole.Dialog, new() { Name = "Find and go" });
        await Expect(palette.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();
        await palette.GetByRole(AriaRole.Combobox).FillAsync("an");
        await Expect(palette.GetByRole(AriaRole.Group, new() { Name = "Leads" })).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();
        if (phone)
            Assert.Equal((390f, 844f), await palette.BoundingBoxAsync() is { } box ? (box.Width, box.Height) : default);
        await palette.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(palette).ToBeHiddenAsync();
        await anna.Page.Keyboard.PressAsync("?");
        await anna.AssertAccessibleAsync();
    }

    private static async Task<ILocator> OpenAsync(Browser browser, string key)
    {
        await ReadyAsync(browser);
        await browser.Page.Keyboard.PressAsync(key);
        var palette = browser.Page.GetByRole(AriaRole.Dialog, new() { Name = "Find and go" });
        await Expect(palette.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        return palette;
    }

    /// <summary>The keys come a moment after the page.</summary>
    private static Task ReadyAsync(Browser browser) => browser.Page.Locator("[data-ready]:has(> .palette)").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    private static Task AddAsync(CrmApp app) => app.Store.WriteAsync(Actor.System, db =>
    {
        db.Leads.Add(new Lead { Name = "Ana Martínez", Email = "ana@example.com", Company = "Acme", CreatedAt = db.Now });
        var whale = new Client { Name = "Blue Whale", Email = "whale@example.com", Company = "Ocean Ltd", JoinedAt = db.Now };
        db.Deals.Add(new Deal { Title = "Yearly books", Client = whale, AmountCents = 1_000_00, CreatedAt = db.Now });
        return Task.CompletedTask;
    });
}
