using System.Text.RegularExpressions;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Tasks;

public sealed class TaskBrowserTests : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task TheNextStepIsPlannedAndFinishedFromTheBoardByKeyboardAlone()
    {
        var deal = await AddDealAsync("Payroll for Acme");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", "/pipeline");
        await using var ben = await Browser.OpenAsync(_app, "ben@kps.example", "/pipeline");
        var card = anna.Page.Locator($"[data-deal-id='{deal}']");
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "No next step. Plan one", IncludeHidden = true })).ToBeVisibleAsync();

        await card.FocusAsync();
        await anna.Page.Keyboard.PressAsync("n");
        var panel = anna.Page.GetByRole(AriaRole.Dialog);
        await Expect(panel.GetByLabel("Title")).ToBeFocusedAsync();
        await anna.Page.Keyboard.TypeAsync("Send the figures");
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(card).ToBeFocusedAsync();
        foreach (var browser in new[] { anna, ben })
            await Expect(browser.Page.Locator($"[data-deal-id='{deal}'] .next.later")).ToHaveAttributeAsync("aria-label", "Planned: Send the figures, tomorrow");

        await anna.Page.Keyboard.PressAsync("n");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Done" }).PressAsync("Enter");
        await Expect(panel.GetByText("What’s next?")).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Nothing for now" }).PressAsync("Enter");
        await Expect(ben.Page.Locator($"[data-deal-id='{deal}'] .next.none")).ToBeVisibleAsync();
        Assert.EndsWith("/pipeline", anna.Page.Url);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task ANoteThatNamesAColleagueRingsTheirBellLive()
    {
        var deal = await AddDealAsync("Payroll for Acme");
        await using var ben = await Browser.OpenAsync(_app, "ben@kps.example", "/tasks");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/deals/{deal}");
        var note = anna.Page.GetByRole(AriaRole.Textbox, new() { Name = "Note" });

        await note.PressSequentiallyAsync("please look, @be");
        await Expect(anna.Page.GetByRole(AriaRole.Option, new() { Name = "Ben Brooks" })).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();
        await note.PressAsync("Enter");
        await note.PressSequentiallyAsync("today");
        await note.PressAsync("Control+Enter");

        await Expect(anna.Page.Locator(".timeline").GetByText("please look, @Ben Brooks today")).ToBeVisibleAsync();
        await Expect(note).ToHaveValueAsync("");
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 unread" }).PressAsync("Enter");
        await Expect(ben.Page.GetByRole(AriaRole.Dialog, new() { Name = "Notifications" })).ToBeFocusedAsync();
        await ben.AssertAccessibleAsync();
        await ben.Page.Keyboard.PressAsync("Escape");
        await Expect(ben.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 unread" })).ToBeFocusedAsync();
        await ben.Page.Keyboard.PressAsync("Enter");
        // Else the focus still moves while Enter is on its way.
        await Expect(ben.Page.GetByRole(AriaRole.Dialog, new() { Name = "Notifications" })).ToBeFocusedAsync();
        await ben.Page.GetByRole(AriaRole.Link, new() { Name = "Anna Alvarez mentioned you on Payroll for Acme" }).PressAsync("Enter");
        await ben.Page.AtAsync($"/deals/{deal}");
        await Expect(ben.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ACallIsLoggedInTwoClicks()
    {
        var lead = await AddLeadAsync();
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/leads/{lead}");

        await anna.Page.GetByRole(AriaRole.Tab, new() { Name = "Call" }).ClickAsync();
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "No answer" }).ClickAsync();

        await Expect(anna.Page.Locator(".timeline").GetByText("called, no answer")).ToBeVisibleAsync();
        Assert.Equal(ActivityKind.Call, await _app.Store.ReadAsync(Actor.System, view => view.Activities.Select(a => a.Kind).SingleAsync()));
    }

    [Fact]
    public async Task ADraftOutlivesALostPage()
    {
        var deal = await AddDealAsync("Payroll for Acme");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/deals/{deal}");
        var note = anna.Page.GetByRole(AriaRole.Textbox, new() { Name = "Note" });
        await note.PressSequentiallyAsync("half a thought");

        await anna.Page.ReloadAsync();
        await Expect(note).ToHaveValueAsync("half a thought");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(anna.Page.Locator(".timeline").GetByText("half a thought")).ToBeVisibleAsync();
        await anna.Page.ReloadAsync();
        await anna.LiveAsync();
        await Expect(note).ToHaveValueAsync("");
    }

    [Fact]
    public async Task AMorningOnTheTasksPage()
    {
        var deal = await AddDealAsync("Without a step");
        var late = await PlanAsync("Long due", -3);
        await PlanAsync("Due today", 0);
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", "/tasks");
        var rail = anna.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        await Expect(rail.GetByText("2 tasks are overdue or due today")).ToBeAttachedAsync();

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Done: Long due" }).PressAsync("Enter");
        await Expect(Part(anna, "overdue")).ToHaveAttributeAsync("data-count", "0");
        await Expect(Part(anna, "done").GetByText("Long due")).ToBeVisibleAsync();
        // The focus goes on to what takes the line's place.
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Done: Due today" })).ToBeFocusedAsync();
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Part(anna, "overdue")).ToHaveAttributeAsync("data-count", "1");

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Plan the next step of Without a step" }).ClickAsync();
        await anna.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Radio, new() { Name = "Call" }).CheckAsync();
        await anna.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Radio, new() { Name = "In 3 days" }).CheckAsync();
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Plan it" }).ClickAsync();
        await Expect(Part(anna, "stepless")).ToHaveAttributeAsync("data-count", "0");
        await Expect(Part(anna, "week").GetByRole(AriaRole.Link, new() { Name = "Without a step" })).ToBeVisibleAsync();

        // Somebody else's doing appears by itself.
        await new FinishTask(late).RunAsync(_app.Store, await _app.ActorAsync("ben@kps.example"));
        await Expect(Part(anna, "overdue")).ToHaveAttributeAsync("data-count", "0");
        await anna.Page.GetByLabel("Whose tasks").SelectOptionAsync("all");
        await Expect(anna.Page).ToHaveURLAsync(new Regex(@"/tasks\?owner=all$"));
        await Expect(Part(anna, "done").GetByText("Long due")).ToBeVisibleAsync();
        Assert.Equal([], anna.Errors);
    }

    [Theory, InlineData(false, false), InlineData(true, true)]
    public async Task AxeFindsNothingOnTasksAccountAndCards(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/tasks", phone, dark);
        foreach (var path in new[] { "/tasks", "/tasks?owner=all", "/account", "/pipeline", "/pipeline/leads" })
        {
            await anna.Page.GotoAsync(path);
            await anna.LiveAsync();
            await Expect(anna.Page.Locator("[data-part=today], [data-stage], #account-name").First).ToBeVisibleAsync();
            await anna.AssertAccessibleAsync();
            Assert.True(await anna.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways");
        }
        Assert.Equal([], anna.Errors);
    }

    private static ILocator Part(Browser browser, string part) => browser.Page.Locator($"[data-part='{part}']");

    private async Task<int> AddDealAsync(string title)
    {
        var anna = await _app.ActorAsync("anna@kps.example");
        return (await _app.Store.WriteAsync(anna, db => Task.FromResult(db.Deals.Add(new Deal { Title = title, AmountCents = 1_000_00, OwnerId = anna.UserId, CreatedAt = db.Now }).Entity))).Id;
    }

    private async Task<int> AddLeadAsync() =>
        (await _app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana Núñez", Email = "ana@example.com", CreatedAt = db.Now }).Entity))).Id;

    private async Task<int> PlanAsync(string title, int days)
    {
        var (anna, company) = (await _app.ActorAsync("anna@kps.example"), _app.Services.GetRequiredService<CompanyOptions>());
        return await new PlanTask(null, new() { Title = title, DueOn = company.DayOf(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(days), OwnerId = anna.UserId }).RunAsync(_app.Store, anna, company);
    }
}
