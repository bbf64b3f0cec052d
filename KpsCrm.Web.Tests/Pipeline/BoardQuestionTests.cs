using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Pipeline;

public class BoardQuestionTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly Depths Two = new(2, 2, 2, 2, 2);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TotalsSpeakOfAllRowsAndCardsOfTheFirst(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 5; i++)
            await data.AddDealAsync($"Deal {i}", 1_000_00, with: d => d.PlaceAt($"{9 - i}"));

        var proposal = (await AskAsync(data, new Filter())).In("proposal");

        Assert.Equal((5, 5_000_00, 1_500_00), (proposal.Count, proposal.TotalCents, proposal.WeightedCents));
        Assert.Equal(["Deal 4", "Deal 3"], proposal.Cards.Select(c => c.Title));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryFilterNarrowsCardsAndTotalsAlike(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = new Client { Name = "Ana Núñez", Company = "O'Hara & Sons 100%", Email = "ana@example.com", JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        await data.AddDealAsync("Late audit", 1_00, client, d => (d.OwnerId, d.ExpectedCloseDate) = (data.Anna.UserId, Today.AddDays(-1)));
        await data.AddDealAsync("This month", 10_00, with: d => (d.OwnerId, d.ExpectedCloseDate) = (data.Ben.UserId, Today.AddDays(5)));
        await data.AddDealAsync("Next month", 100_00, with: d => d.ExpectedCloseDate = Today.AddDays(20));
        await data.AddDealAsync("Some day", 1_000_00);

        async Task<long> TotalAsync(Filter filter)
        {
            var column = (await AskAsync(data, filter)).In("proposal");
            Assert.Equal(column.Count, column.Cards.Count);
            Assert.Equal(column.TotalCents, column.Cards.Sum(c => c.AmountCents));
            return column.TotalCents;
        }

        Assert.Equal(1_00, await TotalAsync(new(Owner: data.Anna.UserId)));
        Assert.Equal(1_00, await TotalAsync(new(Text: "AUDIT")));
        Assert.Equal(1_00, await TotalAsync(new(Text: "Núñez")));
        Assert.Equal(1_00, await TotalAsync(new(Text: "o'hara & sons 100%")));
        Assert.Equal(0, await TotalAsync(new(Text: "o_h%a")));
        Assert.Equal(1_00, await TotalAsync(new(Closing: "overdue")));
        Assert.Equal(10_00, await TotalAsync(new(Closing: "this-week")));
        Assert.Equal(10_00, await TotalAsync(new(Closing: "this-month")));
        Assert.Equal(0, await TotalAsync(new(Owner: data.Anna.UserId, Text: "month")));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WideFiltersToo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddDealAsync("Soon", 10_00, with: d => (d.OwnerId, d.ExpectedCloseDate) = (data.Ben.UserId, Today.AddDays(5)));
        await data.AddDealAsync("Next month", 100_00, with: d => d.ExpectedCloseDate = Today.AddDays(20));
        await data.AddDealAsync("Some day", 1_000_00);

        Assert.Equal(110_00, (await AskAsync(data, new(Closing: "next-30-days"))).In("proposal").TotalCents);
        Assert.Equal(1_000_00, (await AskAsync(data, new(Closing: "none"))).In("proposal").TotalCents);
        Assert.Equal(1_100_00, (await AskAsync(data, new(Owner: Filter.Nobody))).In("proposal").TotalCents);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task LeadsHaveTheSameBoard(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync(with: l => (l.ValueCents, l.Company, l.Service, l.Priority) = (5_000_00, "Núñez Tile", "Payroll Services", Priority.High));
        data.Clock.Advance(TimeSpan.FromDays(12));

        var board = await data.Store.ReadAsync(data.Anna, view => new LeadBoardQuestion(new Filter(Text: "tile"), new(2, 2, 2, 2, 2, 2, 2)).AskAsync(view, CancellationToken.None));

        Assert.Equal(["new", "contacted", "qualified", "proposal", "negotiation", "won", "lost"], board.Columns.Select(c => c.Stage));
        Assert.Equal(5_000_00, board.In("new").TotalCents);
        Assert.Equal(("Ana Núñez", "Núñez Tile · Payroll Services", 12, "High"), board.In("new").Cards.Select(c => (c.Title, c.Subtitle, c.IdleDays, c.Tag)).Single());
    }

    [Fact]
    public void TheSameQuestionIsEqualSoThatItsAnswerIsShared()
    {
        Assert.Equal(new DealBoardQuestion(new Filter(3, "a"), new Depths(40, 40 + Depths.Step), Today), new DealBoardQuestion(new Filter(3, "a"), new Depths(40, 40).Deeper(1), Today));
        Assert.NotEqual(new DealBoardQuestion(new Filter(), new Depths(40, 64), Today), new DealBoardQuestion(new Filter(), new Depths(40, 40), Today));
    }

    [Fact]
    public async Task AVisitorSeesAnEmptyBoard()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddDealAsync();

        Assert.Equal(0, (await data.Store.ReadAsync(Actor.Visitor, view => new DealBoardQuestion(new Filter(), Two, Today).AskAsync(view, CancellationToken.None))).Count);
    }

    [Fact]
    public void AMoveShownAheadOfTheSaveKeepsTheTotalsTrue()
    {
        var card = new Card(1, "proposal", 1, "Deal", "", 1_000_00, 30, null, 0, null);
        var board = new BoardAnswer([new("proposal", 3, 3_000_00, 900_00, [card]), new("review", 1, 500_00, 400_00, [card with { Id = 2, Stage = "review" }])]);

        var after = board.With(card, Stages.Of(DealStage.Review), new Place(2));

        Assert.Equal((2, 2_000_00, 600_00), (after.In("proposal").Count, after.In("proposal").TotalCents, after.In("proposal").WeightedCents));
        Assert.Equal((2, 1_500_00, 1_200_00), (after.In("review").Count, after.In("review").TotalCents, after.In("review").WeightedCents));
        Assert.Equal([2, 1], after.In("review").Cards.Select(c => c.Id));
    }

    private static Task<BoardAnswer> AskAsync(TestDatabase data, Filter filter) =>
        data.Store.ReadAsync(data.Anna, view => new DealBoardQuestion(filter, Two, Today).AskAsync(view, CancellationToken.None));
}
