using Bunit;
using KpsCrm.Web.Features.Pipeline;

namespace KpsCrm.Web.Tests.Pipeline;

public sealed class BoardCardTests : IAsyncDisposable
{
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly Card Some = new(7, "proposal", 3, "QuickBooks Setup", "Ana Núñez · Núñez Tile", 8_500_00, 30, Today.AddDays(3), 2, "Anna Alvarez");

    private readonly BunitContext _page = new();

    [Fact]
    public void ACardShowsWhatASalesPersonNeeds()
    {
        var card = Render(Some);

        Assert.Equal(("7", "3", "true"), (card.Find("li").GetAttribute("data-deal-id"), card.Find("li").GetAttribute("data-version"), card.Find("li").GetAttribute("draggable")));
        Assert.False(card.Find("li").HasAttribute("data-lead-id"));
        foreach (var text in new[] { "QuickBooks Setup", "Ana Núñez · Núñez Tile", "$8,500", "30%", "in 3 days", "idle 2 d", "AA" })
            Assert.Contains(text, card.Markup);
    }

    [Fact]
    public void AnEqualCardIsNotRenderedAgain()
    {
        var card = Render(Some);

        card.Render(p => p.Add(c => c.Card, Some with { }));
        Assert.Equal(1, card.RenderCount);

        card.Render(p => p.Add(c => c.Card, Some with { AmountCents = 9_000_00 }));
        Assert.Contains("$9,000", card.Markup);
    }

    [Fact]
    public void AnOverdueCardSaysSoInWordsAndColour()
    {
        var card = Render(Some with { CloseOn = Today.AddDays(-4) });

        Assert.Contains("late", card.Find("li").ClassList);
        Assert.Equal("4 d late", card.Find(".overdue").TextContent);
    }

    [Theory, InlineData(13, false), InlineData(14, true)]
    public void ACardIsStaleFromTwoWeeks(int idle, bool stale)
    {
        var card = Render(Some with { IdleDays = idle });

        Assert.Equal(stale, card.Find("li").ClassList.Contains("stale"));
        Assert.Contains($"idle {idle} d", card.Markup);
    }

    [Fact]
    public void AClosedCardIsNeitherLateNorIdle()
    {
        var card = Render(Some with { CloseOn = Today.AddDays(-4), IdleDays = 90 }, open: false);

        Assert.Empty(card.FindAll(".late, .stale, .overdue, .idle"));
    }

    [Fact]
    public void ACardMovedBySomeoneElseWearsTheirName()
    {
        var card = _page.Render<BoardCard>(p => p.Add(c => c.Card, Some).Add(c => c.Noun, "deal").Add(c => c.Open, true).Add(c => c.Today, Today).Add(c => c.MovedBy, "Ben"));

        Assert.Equal("Ben", card.Find(".mover").TextContent);
    }

    [Fact]
    public void AWildTitleIsTextAndNothingElse()
    {
        var card = Render(Some with { Title = "<img src=x onerror=alert(1)> ¥€ 🚀", AmountCents = 9_999_999_00 });

        Assert.Empty(card.FindAll("img"));
        Assert.Contains("$9,999,999", card.Markup);
    }

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    private IRenderedComponent<BoardCard> Render(Card card, bool open = true) =>
        _page.Render<BoardCard>(p => p.Add(c => c.Card, card).Add(c => c.Noun, "deal").Add(c => c.Open, open).Add(c => c.Today, Today));
}
