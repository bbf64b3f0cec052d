using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Pipeline;

public class MoveDealTests
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AMoveSetsStageProbabilityAndActivity(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync("QuickBooks Setup");
        data.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal(2, Assert.IsType<Moved>(await MoveAsync(data, data.Anna, id, DealStage.Review, version: 1)).Version);

        var deal = await DealAsync(data, id);
        Assert.Equal((DealStage.Review, 80, data.Clock.GetUtcNow().UtcDateTime), (deal.Stage, deal.Probability, deal.LastActivityAt));
        var activity = Assert.Single(await ActivitiesAsync(data, id));
        Assert.Equal((ActivityKind.Moved, "Anna Alvarez", "proposal", "review"), (activity.Kind, activity.ActorName, activity.FromStage, activity.ToStage));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AMoveFromAnOldVersionIsRefusedWithTheNameOfWhoWasFirst(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();
        await MoveAsync(data, data.Anna, id, DealStage.Review, version: 1);

        var second = await new MoveDeal(id, DealStage.Proposal, DealStage.Negotiation, Place.Top, 1).RunAsync(data.Store, data.Ben);

        Assert.Equal(new Refused("Anna Alvarez moved this deal to Review in the meantime."), second);
        Assert.Equal(DealStage.Review, (await DealAsync(data, id)).Stage);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AMoveOfADealThatWasEditedAsksToLookAgain(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();
        await data.Store.WriteAsync(data.Anna, async db => (await db.Deals.SingleAsync()).AmountCents = 5);

        Assert.Equal(new Refused("Someone changed this deal in the meantime. Have another look, then move it again."), await MoveAsync(data, data.Ben, id, DealStage.Review, version: 1));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoMoversAtOnceOneWins(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();

        var results = await Task.WhenAll(
            new MoveDeal(id, DealStage.Proposal, DealStage.Review, Place.Top, 1).RunAsync(data.Store, data.Anna),
            new MoveDeal(id, DealStage.Proposal, DealStage.Negotiation, Place.Top, 1).RunAsync(data.Store, data.Ben));

        Assert.Single(results.OfType<Moved>());
        Assert.EndsWith("in the meantime.", Assert.Single(results.OfType<Refused>()).Sentence);
        Assert.Single(await ActivitiesAsync(data, id));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealLandsBetweenRowsThatShareARank(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var ids = new List<int>();
        for (var i = 0; i < 7; i++)
            ids.Add(await data.AddDealAsync($"Deal {i}"));

        // Below the second, then below the fifth: once the shorter side is above, once below.
        await ReorderAsync(data, ids[6], below: ids[1]);
        await ReorderAsync(data, ids[0], below: ids[4]);

        Assert.Equal([ids[1], ids[6], ids[2], ids[3], ids[4], ids[0], ids[5]], await OrderAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TwoDealsDroppedInTheSamePlaceKeepDifferentRanks(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var ids = new List<int>();
        for (var i = 0; i < 4; i++)
            ids.Add(await data.AddDealAsync($"Deal {i}", with: d => d.PlaceAt($"{i + 1}")));

        await ReorderAsync(data, ids[2], below: ids[0], who: data.Anna);
        await ReorderAsync(data, ids[3], below: ids[0], who: data.Ben);

        Assert.Equal([ids[0], ids[3], ids[2], ids[1]], await OrderAsync(data));
        Assert.Equal(4, await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => d.Rank).Distinct().CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AMoveWithinAColumnIsNoActivity(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var first = await data.AddDealAsync("First");
        var second = await data.AddDealAsync("Second");

        await ReorderAsync(data, first, below: second);

        Assert.Equal([second, first], await OrderAsync(data));
        Assert.Empty(await ActivitiesAsync(data, first));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TopAndBottomAreThoseOfTheWholeColumn(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var ids = new List<int>();
        for (var i = 0; i < 3; i++)
            ids.Add(await data.AddDealAsync($"Deal {i}"));

        Assert.IsType<Moved>(await new MoveDeal(ids[0], DealStage.Proposal, DealStage.Proposal, Place.Last, 1).RunAsync(data.Store, data.Anna));
        Assert.IsType<Moved>(await new MoveDeal(ids[2], DealStage.Proposal, DealStage.Proposal, Place.Top, 1).RunAsync(data.Store, data.Anna));

        Assert.Equal([ids[2], ids[1], ids[0]], await OrderAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AWinNeedsItsClosingAndFollowsIntoTheClientsLifetimeValueAndBack(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = new Client { Name = "Núñez Tile", Email = "ana@example.com", ElsewhereCents = 100_00, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        var id = await data.AddDealAsync(client: client);
        await Assert.ThrowsAsync<RuleException>(() => MoveAsync(data, data.Anna, id, DealStage.ClosedWon, version: 1));
        await Assert.ThrowsAsync<RuleException>(() => MoveAsync(data, data.Anna, id, DealStage.ClosedLost, version: 1));

        await MoveAsync(data, data.Anna, id, DealStage.ClosedWon, version: 1, new Won(900_00, Day));
        Assert.Equal(1_000_00, await LifetimeAsync());
        var won = await DealAsync(data, id);
        Assert.Equal((900_00, Day, 100), (won.AmountCents, won.ActualCloseDate, won.Probability));

        await MoveAsync(data, data.Ben, id, DealStage.Negotiation, version: 2);
        Assert.Equal(100_00, await LifetimeAsync());
        Assert.Null((await DealAsync(data, id)).ActualCloseDate);

        await MoveAsync(data, data.Ben, id, DealStage.ClosedLost, version: 3, new Lost("Price", " ", Day));
        var lost = await DealAsync(data, id);
        Assert.Equal(("Price", 0), (lost.LostReason, lost.Probability));

        Task<long> LifetimeAsync() => data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.TotalValueCents).SingleAsync());
    }

    [Fact]
    public async Task AVisitorMovesNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        var id = await data.AddDealAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => MoveAsync(data, Actor.Visitor, id, DealStage.Review, version: 1));
    }

    [Fact]
    public async Task ADealThatIsGoneIsRefused()
    {
        await using var data = await TestDatabase.CreateAsync();

        Assert.Equal(new Refused("This deal is no longer there."), await MoveAsync(data, data.Anna, 99, DealStage.Review, version: 1));
    }

    private static async Task<MoveResult> MoveAsync(TestDatabase data, Actor who, int id, DealStage to, int version, Closing? closing = null) =>
        await new MoveDeal(id, await data.Store.ReadAsync(Actor.System, view => view.Deals.Where(d => d.Id == id).Select(d => d.Stage).SingleOrDefaultAsync()), to, Place.Top, version, closing).RunAsync(data.Store, who);

    private static async Task ReorderAsync(TestDatabase data, int id, int below, Actor? who = null)
    {
        var version = (await DealAsync(data, id)).Version;
        Assert.IsType<Moved>(await new MoveDeal(id, DealStage.Proposal, DealStage.Proposal, new Place(below), version).RunAsync(data.Store, who ?? data.Anna));
    }

    private static Task<Deal> DealAsync(TestDatabase data, int id) => data.Store.ReadAsync(data.Anna, view => view.Deals.SingleAsync(d => d.Id == id));

    private static Task<List<Activity>> ActivitiesAsync(TestDatabase data, int deal) => data.Store.ReadAsync(data.Anna, view => view.Activities.Where(a => a.DealId == deal).ToListAsync());

    private static Task<List<int>> OrderAsync(TestDatabase data) => data.Store.ReadAsync(data.Anna, view => view.Deals.OrderBy(d => d.Rank).ThenBy(d => d.Id).Select(d => d.Id).ToListAsync());
}
