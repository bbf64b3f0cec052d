using System.Text.RegularExpressions;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Records;

public class RecordBrowserTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoPeopleOneRecord(bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        var id = await AddLeadAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{id}", dark: dark);
        await using (var ben = await Browser.OpenAsync(app, "ben@kps.example", $"/leads/{id}"))
        {
            await Expect(Here(anna)).ToHaveTextAsync(["BBBen Brooks"]);
            await Expect(Here(ben)).ToHaveTextAsync(["AAAnna Alvarez"]);

            // Ben is at the phone number; Anna goes there, too.
            await Show(ben, "Phone").ClickAsync();
            await Expect(Line(anna, "phone")).ToContainTextAsync("Ben is editing");
            await Show(anna, "Phone").ClickAsync();
            await Input(anna, "Phone").FillAsync("469 555 0122");
            await anna.AssertAccessibleAsync();

            // He saves, and changes the city besides: she sees both, and nothing of what she types moves.
            await Input(ben, "Phone").FillAsync("469 555 0199");
            await Input(ben, "Phone").PressAsync("Enter");
            await Expect(Show(ben, "Phone")).ToHaveTextAsync("(469) 555-0199");
            await Show(ben, "City").ClickAsync();
            await Input(ben, "City").FillAsync("Plano");
            await Input(ben, "City").PressAsync("Enter");
            await Expect(Show(anna, "City")).ToHaveTextAsync("Plano");
            await Expect(Line(anna, "phone")).ToContainTextAsync("Meanwhile it became “(469) 555-0199”.");
            await Expect(Input(anna, "Phone")).ToHaveValueAsync("469 555 0122");
            await Expect(Input(anna, "Phone")).ToBeFocusedAsync();

            // She saves: both values are shown with who and when. Back to editing keeps what she typed.
            await Input(anna, "Phone").PressAsync("Enter");
            var dialog = anna.Page.GetByRole(AriaRole.Dialog);
            await Expect(dialog).ToContainTextAsync("Phone was changed meanwhile");
            await Expect(dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new("Yours.*0122") })).ToBeVisibleAsync();
            await Expect(dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new("Ben Brooks.*0199") })).ToBeVisibleAsync();
            await anna.AssertAccessibleAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Back to editing" }).ClickAsync();
            await Expect(dialog).ToBeHiddenAsync();
            await Expect(Input(anna, "Phone")).ToBeFocusedAsync();
            await Expect(Input(anna, "Phone")).ToHaveValueAsync("469 555 0122");

            // By the keyboard alone: her own, then save.
            await Input(anna, "Phone").PressAsync("Enter");
            await Expect(dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new("Yours") })).ToBeFocusedAsync();
            await anna.Page.Keyboard.PressAsync("Space");
            await Expect(dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new("Yours") })).ToBeCheckedAsync();
            await anna.Page.Keyboard.PressAsync("Enter");
            await Expect(dialog).ToBeHiddenAsync();
            await Expect(Show(anna, "Phone")).ToHaveTextAsync("(469) 555-0122");
            await Expect(Show(ben, "Phone")).ToHaveTextAsync("(469) 555-0122");

            // Both see one history: what was, and what became of it.
            await Expect(ben.Page.Locator(".timeline .item").First).ToContainTextAsync(new Regex("Anna Alvarez.*changed Phone.*\\(469\\) 555-0199.*\\(469\\) 555-0122", RegexOptions.Singleline));
            Assert.Equal([], ben.Errors);
        }
        await Expect(Here(anna)).ToHaveCountAsync(0);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task ARecordIsEditedByTheKeyboardAlone()
    {
        await using var app = await CrmApp.StartAsync();
        var id = await AddLeadAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{id}");
        var keys = anna.Page.Keyboard;

        await Show(anna, "Company").FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(Input(anna, "Company")).ToBeFocusedAsync();
        await keys.TypeAsync("Núñez LLC");
        await keys.PressAsync("Enter");
        await Expect(Show(anna, "Company")).ToHaveTextAsync("Núñez LLC");
        await Expect(Show(anna, "Company")).ToBeFocusedAsync();

        // Tab goes on, E opens, a wrong value stays with its sentence, Esc takes back.
        await keys.PressAsync("Tab");
        await Expect(Show(anna, "E-mail")).ToBeFocusedAsync();
        await keys.PressAsync("e");
        await Expect(Input(anna, "E-mail")).ToBeFocusedAsync();
        await Input(anna, "E-mail").FillAsync("ana@");
        await keys.PressAsync("Enter");
        await Expect(Line(anna, "email")).ToContainTextAsync("Enter the whole e-mail address, like name@example.com.");
        await Expect(Input(anna, "E-mail")).ToHaveValueAsync("ana@");
        await anna.AssertAccessibleAsync();
        await keys.PressAsync("Escape");
        await Expect(Show(anna, "E-mail")).ToHaveTextAsync("ana@example.com");
        await Expect(Show(anna, "E-mail")).ToBeFocusedAsync();

        // Leaving with Tab saves.
        await Show(anna, "City").FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(Input(anna, "City")).ToBeFocusedAsync();
        await keys.TypeAsync("Plano");
        await keys.PressAsync("Tab");
        await Expect(Show(anna, "City")).ToHaveTextAsync("Plano");
        await Expect(Show(anna, "State")).ToBeFocusedAsync();

        // The stage, with the board's own questions.
        await anna.Page.Locator("[data-to=contacted]").FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(anna.Page.Locator("[data-to=contacted]")).ToHaveAttributeAsync("aria-current", "step");
        await anna.Page.Locator("[data-to=lost]").FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(anna.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Why was it lost?");
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task OnlyAnOpenRecordLacksANextStep()
    {
        await using var app = await CrmApp.StartAsync();
        var id = await AddLeadAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{id}");
        var step = anna.Page.GetByRole(AriaRole.Region, new() { Name = "Next step" });
        await Expect(step).ToContainTextAsync("No next step");
        await Expect(step.GetByRole(AriaRole.Button)).ToHaveTextAsync("Plan the next step");

        await anna.Page.Locator("[data-to=lost]").ClickAsync();
        await anna.Page.GetByLabel("Why was it lost?").SelectOptionAsync("Price");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Mark as lost" }).ClickAsync();

        await Expect(step).ToContainTextAsync("Nothing is planned.");
        await Expect(step).Not.ToContainTextAsync("No next step");
        await Expect(step.GetByRole(AriaRole.Button)).ToHaveTextAsync("Plan a task");
        await anna.AssertAccessibleAsync();

        // And the way back is the board's.
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(step).ToContainTextAsync("No next step");
        Assert.Equal([], anna.Errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnAPhoneTheFactsComeFirstAndNothingScrollsSideways(bool dark)
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/deals/1", phone: true, dark: dark);
        foreach (var path in new[] { "/leads/5", "/clients/1", "/deals/1" })
        {
            await anna.Page.GotoAsync(path);
            await anna.LiveAsync();
            await Expect(anna.Page.Locator(".timeline .item").First).ToBeVisibleAsync();
            Assert.True(await anna.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways");
            Assert.True(await anna.Page.EvaluateAsync<bool>("document.querySelector('.facts').getBoundingClientRect().top < document.querySelector('.timeline').getBoundingClientRect().top"));
            await anna.AssertAccessibleAsync();
        }

        // What is far below is in reach of the thumb.
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Write a note" }).TapAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Textbox, new() { Name = "Note", Exact = true })).ToBeFocusedAsync();

        await Show(anna, "Title").TapAsync();
        await Input(anna, "Title").FillAsync("QuickBooks for the whole group");
        await Input(anna, "Title").PressAsync("Enter");
        await Expect(anna.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("QuickBooks for the whole group");
        await anna.Page.GetByLabel("Move to").SelectOptionAsync("review");
        await Expect(anna.Page.Locator(".timeline .item").First).ToContainTextAsync("moved the deal from Proposal to Review");
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task OlderEntriesComeByScrollingAndNewOnesOnTopMoveNothing()
    {
        await using var app = await CrmApp.StartAsync();
        var id = await AddLeadAsync(app);
        await AddNotesAsync(app, id, 100, DateTime.UtcNow.AddDays(-1));
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{id}");
        var items = anna.Page.Locator(".timeline .item");
        await Expect(items.First).ToBeVisibleAsync();

        for (var loaded = 30; loaded < 100; loaded = Math.Min(100, loaded + 30))
        {
            await Expect(items.Nth(loaded - 1)).ToBeAttachedAsync();
            await items.Last.ScrollIntoViewIfNeededAsync();
        }
        await Expect(items).ToHaveCountAsync(100);

        const string Top = "document.querySelectorAll('.timeline .item p.line')[50].getBoundingClientRect().top";
        await items.Nth(50).ScrollIntoViewIfNeededAsync();
        var note = await items.Nth(50).InnerTextAsync();
        await anna.Page.EvaluateAsync($"window.topBefore = {Top}");
        await AddNotesAsync(app, id, 3, DateTime.UtcNow);
        await Expect(items).ToHaveCountAsync(103);
        Assert.Equal(note, await items.Nth(53).InnerTextAsync());
        Assert.InRange(await anna.Page.EvaluateAsync<double>($"Math.abs({Top.Replace("50", "53")} - window.topBefore)"), 0, 2);

        // The chips keep their choice in the address.
        await anna.Page.GetByRole(AriaRole.Link, new() { Name = "Changes", Exact = true }).ClickAsync();
        await Expect(anna.Page).ToHaveURLAsync(new Regex(@"\?show=changes$"));
        await Expect(anna.Page.GetByText("Nothing of this kind yet.")).ToBeVisibleAsync();
        await Expect(items).ToHaveCountAsync(0);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task AnUnknownNumberOffersAWayOn()
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/clients/999");
        await Expect(anna.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such client" })).ToBeVisibleAsync();
        await anna.Page.GetByRole(AriaRole.Link, new() { Name = "Show all clients" }).ClickAsync();
        await Expect(anna.Page).ToHaveURLAsync(new Regex("/clients$"));
    }

    private static ILocator Here(Browser who) => who.Page.GetByRole(AriaRole.List, new() { Name = "Also here" }).GetByRole(AriaRole.Listitem);

    private static ILocator Line(Browser who, string key) => who.Page.Locator($"[data-field={key}]");

    private static ILocator Show(Browser who, string label) => who.Page.GetByRole(AriaRole.Button, new() { NameRegex = new($"^Edit {label}:") });

    private static ILocator Input(Browser who, string label) => who.Page.GetByLabel(label, new() { Exact = true });

    private static async Task<int> AddLeadAsync(CrmApp app)
    {
        var lead = new Lead { Name = "Ana Núñez", Email = "ana@example.com", Phone = "+14695550100", CreatedAt = DateTime.UtcNow.AddDays(-2) };
        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(lead)));
        return lead.Id;
    }

    private static Task AddNotesAsync(CrmApp app, int leadId, int count, DateTime from) => app.Store.WriteAsync(Actor.System, db =>
    {
        for (var i = 0; i < count; i++)
            db.Activities.Add(new Activity { Kind = ActivityKind.Note, LeadId = leadId, ActorName = "Ben Brooks", Summary = $"note {from:O} {i}", At = from.AddSeconds(i) });
        return Task.CompletedTask;
    });
}
