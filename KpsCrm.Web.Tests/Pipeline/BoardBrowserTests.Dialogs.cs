using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Pipeline;

public sealed partial class BoardBrowserTests
{
    [Fact]
    public async Task JustMarkedAsWonALeadMakesNoClientAndNoDeal()
    {
        var lead = await AddLeadAsync("Ana Núñez");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", "/pipeline/leads");

        await anna.Page.Locator($"[data-lead-id='{lead}']").FocusAsync();
        await anna.Page.Keyboard.PressAsync("m");
        var dialog = anna.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Won" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Just mark as won" }).ClickAsync();

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(Column(anna.Page, "won").Locator($"[data-lead-id='{lead}']")).ToBeAttachedAsync();
        var actor = await _app.ActorAsync("anna@kps.example");
        await WaitForAsync(async () => await _app.Store.ReadAsync(actor, view => view.Leads.AnyAsync(l => l.Id == lead && l.Status == LeadStatus.Won)));
        Assert.Equal((0, 0), await _app.Store.ReadAsync(actor, async view => (await view.Clients.CountAsync(), await view.Deals.CountAsync())));
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task AWonOrLostDealIsTakenBackWithOneClick()
    {
        var deal = await AddDealAsync("Payroll", 5_000_00, d => d.Probability = 45);
        await using var anna = await OpenAsync("anna@kps.example");
        var dialog = anna.Page.GetByRole(AriaRole.Dialog);
        var actor = await _app.ActorAsync("anna@kps.example");

        foreach (var (stage, name) in new[] { ("closed_won", "Won"), ("closed_lost", "Lost") })
        {
            await anna.Page.Locator($"[data-deal-id='{deal}']").FocusAsync();
            await anna.Page.Keyboard.PressAsync("m");
            await dialog.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
            if (name == "Won")
                await dialog.GetByLabel("Amount").FillAsync("6500");
            else
                await dialog.GetByLabel("Why was it lost?").SelectOptionAsync("Price");
            await dialog.GetByRole(AriaRole.Button, new() { Name = $"Mark as {name.ToLowerInvariant()}" }).ClickAsync();
            await Expect(Column(anna.Page, stage).Locator($"[data-deal-id='{deal}']")).ToBeAttachedAsync();

            await anna.Page.Locator(".mud-snackbar", new() { HasText = $"Payroll: {name}" }).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

            await Expect(Column(anna.Page, "proposal").Locator($"[data-deal-id='{deal}']")).ToContainTextAsync("45%");
            Assert.Equal((DealStage.Proposal, 5_000_00L, 45, null, null), await _app.Store.ReadAsync(actor, view => view.Deals.Where(d => d.Id == deal)
                .Select(d => new ValueTuple<DealStage, long, int, DateOnly?, string?>(d.Stage, d.AmountCents, d.Probability, d.ActualCloseDate, d.LostReason)).SingleAsync()));
        }
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task ABurstOfMovesIsToldInAFewSentencesAndACount()
    {
        var deals = new List<int>();
        for (var i = 0; i < 12; i++)
            deals.Add(await AddDealAsync($"Deal {i}", 100_00));
        await using var anna = await OpenAsync("anna@kps.example");

        var ben = await _app.ActorAsync("ben@kps.example");
        await _app.Store.WriteAsync(ben, async db =>
        {
            foreach (var deal in await db.Deals.Where(d => deals.Contains(d.Id)).ToListAsync())
                db.Add(deal.MoveTo(DealStage.Review, deal.Rank, ben, db.Now)!);
        });

        await Expect(anna.Page.Locator(".mud-snackbar").GetByText("9 more changes")).ToHaveCountAsync(1);
        await Expect(anna.Page.Locator(".mud-snackbar").GetByText("Ben moved")).ToHaveCountAsync(3);
        await Expect(Column(anna.Page, "review")).ToHaveAttributeAsync("data-count", "12");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task AxeFindsNothingOnAPhone(bool dark)
    {
        await AddDealAsync("Late", 100_00, d => (d.ExpectedCloseDate, d.LastActivityAt) = (new DateOnly(2026, 1, 5), DateTime.UtcNow.AddDays(-30)));
        await AddLeadAsync("Ana");
        foreach (var path in new[] { "/pipeline", "/pipeline/leads" })
        {
            await using var browser = await Browser.OpenAsync(_app, "anna@kps.example", path, phone: true, dark: dark);
            await browser.Page.Locator("[draggable=true]").First.WaitForAsync();
            await browser.AssertAccessibleAsync();
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task AxeFindsNothingInTheDialogs(bool dark)
    {
        var deal = await AddDealAsync("Audit", 100_00);
        var lead = await AddLeadAsync("Ana Núñez");
        foreach (var (path, card, stages) in new[] { ("/pipeline", $"[data-deal-id='{deal}']", new[] { "Won", "Lost" }), ("/pipeline/leads", $"[data-lead-id='{lead}']", ["Won", "Lost"]) })
        {
            await using var browser = await Browser.OpenAsync(_app, "anna@kps.example", path, dark: dark);
            var dialog = browser.Page.GetByRole(AriaRole.Dialog);
            foreach (var stage in stages)
            {
                await browser.Page.Locator(card).FocusAsync();
                await browser.Page.Keyboard.PressAsync("m");
                var choice = dialog.GetByRole(AriaRole.Button, new() { Name = stage });
                await AssertSettledAndAccessibleAsync(browser, choice);
                await choice.ClickAsync();
                await AssertSettledAndAccessibleAsync(browser, dialog.Locator("form"));
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
                await Expect(dialog).ToHaveCountAsync(0);
            }
        }

        static async Task AssertSettledAndAccessibleAsync(Browser browser, ILocator shown)
        {
            await shown.WaitForAsync();
            // What fades in has no contrast yet.
            await browser.Page.UntilAsync("document.getAnimations().every(a => a.playState !== 'running')");
            await browser.AssertAccessibleAsync();
        }
    }

    private async Task<int> AddLeadAsync(string name)
    {
        var lead = new Lead { Name = name, Email = "ana@example.com", Company = "Núñez Tile", Service = "Payroll Services", ValueCents = 5_000_00, Priority = Priority.Urgent, LastActivityAt = DateTime.UtcNow.AddDays(-30) };
        await _app.Store.WriteAsync(await _app.ActorAsync("anna@kps.example"), db => Task.FromResult(db.Leads.Add(lead)));
        return lead.Id;
    }
}
