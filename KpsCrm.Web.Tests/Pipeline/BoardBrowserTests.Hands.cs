using System.Text.RegularExpressions;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Pipeline;

public sealed partial class BoardBrowserTests
{
    [Fact]
    public async Task OfTwoQuickDragsOfOneCardTheSecondWaitsAndBothHappen()
    {
        var deal = await AddDealAsync("Hasty", 100_00);
        await AddDealAsync("Witness", 100_00);
        await using var anna = await OpenAsync("anna@kps.example");
        using var gate = new SemaphoreSlim(0);
        var entered = new TaskCompletionSource();
        var slow = _app.Store.WriteAsync(await _app.ActorAsync("ben@kps.example"), async _ =>
        {
            entered.SetResult();
            await gate.WaitAsync();
        });
        await entered.Task;

        await DragAsync(anna.Page, deal, "review");
        await Card(anna.Page, deal).DragToAsync(Column(anna.Page, "negotiation"), new() { TargetPosition = new() { X = 100, Y = 400 } });
        // The page's messages come in order: once this one is answered, both drops have arrived.
        await anna.Page.Locator("[data-deal-id]", new() { HasText = "Witness" }).FocusAsync();
        await anna.Page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(anna.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Witness can't move further up." })).ToBeAttachedAsync();
        gate.Release();
        await slow;

        await Expect(InStage(anna.Page, "negotiation", deal)).ToBeVisibleAsync();
        await WaitForAsync(async () => (await DealAsync(deal)).Stage == DealStage.Negotiation);
        var moves = await _app.Store.ReadAsync(await _app.ActorAsync("anna@kps.example"), view => view.Activities.Where(a => a.DealId == deal && a.Kind == ActivityKind.Moved).OrderBy(a => a.Id).Select(a => $"{a.FromStage} → {a.ToStage}").ToListAsync());
        Assert.Equal(["proposal → review", "review → negotiation"], moves);
        await Expect(anna.Page.Locator(".mud-snackbar").GetByText("in the meantime")).ToHaveCountAsync(0);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task NearAColumnsLowerEdgeADragScrollsIt()
    {
        for (var i = 0; i < 20; i++)
            await AddDealAsync($"Deal {i}", 100_00);
        await using var anna = await OpenAsync("anna@kps.example");
        var list = Column(anna.Page, "proposal").Locator(".cards");
        var box = (await list.BoundingBoxAsync())!;
        var first = list.Locator("[data-deal-id]").First;
        var id = int.Parse((await first.GetAttributeAsync("data-deal-id"))!, System.Globalization.CultureInfo.InvariantCulture);

        await first.HoverAsync();
        await anna.Page.Mouse.DownAsync();
        await anna.Page.Mouse.MoveAsync(box.X + 100, box.Y + box.Height - 12, new() { Steps = 5 });
        await anna.Page.UntilAsync("(l => l.scrollTop > 0 && l.scrollTop >= l.scrollHeight - l.clientHeight - 2)(document.querySelector('[data-stage=proposal] .cards'))");
        await anna.Page.Mouse.MoveAsync(box.X + 110, box.Y + box.Height - 10);
        await anna.Page.Mouse.UpAsync();

        await WaitForAsync(async () => await IndexAsync() >= 18);

        async Task<int> IndexAsync() =>
            (await _app.Store.ReadAsync(await _app.ActorAsync("anna@kps.example"), view => view.Deals.OrderBy(d => d.Rank).ThenBy(d => d.Id).Select(d => d.Id).ToListAsync())).IndexOf(id);
    }

    [Fact]
    public async Task OnAPhoneAHeldCardLandsBetweenTwoOthers()
    {
        var deals = new List<int>();
        foreach (var title in new[] { "One", "Two", "Three" })
            deals.Add(await AddDealAsync(title, 100_00));
        await using var anna = await OpenAsync("anna@kps.example", phone: true);
        var touch = await anna.Page.Context.NewCDPSessionAsync(anna.Page);
        var (from, to) = ((await Card(anna.Page, deals[2]).BoundingBoxAsync())!, (await Card(anna.Page, deals[0]).BoundingBoxAsync())!);

        await TouchAsync(touch, "touchStart", from.X + 80, from.Y + 50);
        await Expect(anna.Page.Locator(".ghost.held")).ToBeAttachedAsync();
        await TouchAsync(touch, "touchMove", to.X + 80, to.Y + (to.Height / 2) + 10);
        await Expect(anna.Page.Locator(".drop-line")).ToBeVisibleAsync();
        await TouchAsync(touch, "touchMove", to.X + 82, to.Y + (to.Height / 2) + 12);
        await TouchAsync(touch, "touchEnd");

        await Expect(Column(anna.Page, "proposal").Locator(".cards")).ToHaveTextAsync(new Regex("One.*Three.*Two", RegexOptions.Singleline));
        await WaitForAsync(async () => string.CompareOrdinal((await DealAsync(deals[0])).Rank, (await DealAsync(deals[2])).Rank) <= 0 && string.CompareOrdinal((await DealAsync(deals[2])).Rank, (await DealAsync(deals[1])).Rank) < 0);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task OnAPhoneACardHeldAtTheEdgeIsCarriedToTheNextStage()
    {
        var deal = await AddDealAsync("Traveller", 100_00);
        await using var anna = await OpenAsync("anna@kps.example", phone: true);
        var touch = await anna.Page.Context.NewCDPSessionAsync(anna.Page);
        var card = (await Card(anna.Page, deal).BoundingBoxAsync())!;

        await TouchAsync(touch, "touchStart", card.X + 80, card.Y + 50);
        await Expect(anna.Page.Locator(".ghost.held")).ToBeAttachedAsync();
        await TouchAsync(touch, "touchMove", 366, card.Y + 60);
        // The finger keeps still; the board comes to it.
        await Expect(anna.Page.Locator("[data-stage][data-over]:not([data-stage=proposal])")).ToBeAttachedAsync();
        await TouchAsync(touch, "touchMove", 200, card.Y + 60);
        var stage = (await anna.Page.Locator("[data-stage][data-over]").GetAttributeAsync("data-stage"))!;
        await TouchAsync(touch, "touchEnd");

        await Expect(InStage(anna.Page, stage, deal)).ToBeAttachedAsync();
        await WaitForAsync(async () => KpsCrm.Data.Columns.Word((await DealAsync(deal)).Stage) == stage);
        Assert.Equal([], anna.Errors);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task AForeignMoveGlidesExceptForThoseWhoWantItCalm(bool calm)
    {
        var deal = await AddDealAsync("Glider", 100_00);
        await using var anna = await OpenAsync("anna@kps.example");
        await anna.Page.EmulateMediaAsync(new() { ReducedMotion = calm ? ReducedMotion.Reduce : ReducedMotion.NoPreference });
        await anna.Page.EvaluateAsync("""
            () => {
                window.glides = [];
                const animate = Element.prototype.animate;
                Element.prototype.animate = function (...how) {
                    const animation = animate.apply(this, how);
                    if (this.matches(".card")) glides.push({ title: this.querySelector(".title").textContent, running: document.getAnimations().includes(animation) });
                    return animation;
                };
            }
            """);

        await MoveAsBenAsync(deal, DealStage.Negotiation);
        await Expect(InStage(anna.Page, "negotiation", deal)).ToBeVisibleAsync();

        Assert.Equal(!calm, await anna.Page.EvaluateAsync<bool>("glides.some(g => g.title === 'Glider' && g.running)"));
        Assert.Equal(calm, await anna.Page.EvaluateAsync<bool>("glides.length === 0"));
        await Expect(anna.Page.Locator(".ghost")).ToHaveCountAsync(0);
    }
}
