using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Lists;

/// <summary>"Undo" after a move in a list: the record is as its row said before.</summary>
public class MoveBackTests
{
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealIsAsItWasBefore(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var list = new DealList(Company, new DealPipeline(data.Store, null!, Company, data.Clock), data.Store);
        var id = await data.AddDealAsync("Audit", 5_000_00, with: d => d.Probability = 45);
        var day = new DateOnly(2026, 11, 20);

        foreach (var (to, closing) in new (DealStage, Closing?)[] { (DealStage.Review, null), (DealStage.ClosedWon, new Won(6_500_00, day)), (DealStage.ClosedLost, new Lost("Price", "too dear", day)) })
        {
            var was = await DealAsync(data, id);
            var moved = Assert.IsType<Moved>(await new MoveDeal(id, was.Stage, to, Place.Top, was.Version, closing).RunAsync(data.Store, data.Anna));

            Assert.Null(await list.MoveBackAsync(data.Anna, was, Stages.Of(to), moved.Version));

            Assert.Equal((DealStage.Proposal, 5_000_00L, 45, null, null), Facts(await DealAsync(data, id)));
        }

        // And a reopened one is closed again, with its day and reason.
        var open = await DealAsync(data, id);
        await new MoveDeal(id, open.Stage, DealStage.ClosedLost, Place.Top, open.Version, new Lost("Price", "too dear", day)).RunAsync(data.Store, data.Anna);
        var lost = await DealAsync(data, id);
        var reopened = Assert.IsType<Moved>(await new MoveDeal(id, lost.Stage, DealStage.Review, Place.Top, lost.Version).RunAsync(data.Store, data.Anna));
        Assert.Null(await list.MoveBackAsync(data.Anna, lost, Stages.Of(DealStage.Review), reopened.Version));
        var again = await DealAsync(data, id);
        Assert.Equal((Facts(lost), "Price", "too dear"), (Facts(again), again.LostReason, again.LostNote));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatSomebodyChangedSinceStaysAndIsTold(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var list = new LeadList(Company, new LeadPipeline(data.Store, null!, null!), data.Store);
        var id = await data.AddLeadAsync();
        var was = await LeadAsync(data, id);
        var moved = Assert.IsType<Moved>(await new MoveLead(id, was.Status, LeadStatus.Contacted, Place.Top, was.Version).RunAsync(data.Store, data.Anna));
        await new MoveLead(id, LeadStatus.Contacted, LeadStatus.Qualified, Place.Top, moved.Version).RunAsync(data.Store, data.Ben);

        Assert.Equal("Ben Brooks moved this lead to Qualified in the meantime.", await list.MoveBackAsync(data.Anna, was, Stages.Of(LeadStatus.Contacted), moved.Version));
        Assert.Equal(LeadStatus.Qualified, (await LeadAsync(data, id)).Status);
        Assert.False(list.CanMoveBack(Stages.Of(LeadStatus.Won)));
    }

    private static (DealStage, long, int, DateOnly?, string?) Facts(DealRow deal) => (deal.Stage, deal.AmountCents, deal.Probability, deal.ActualCloseDate, deal.LostReason);

    private static async Task<DealRow> DealAsync(TestDatabase data, int id) =>
        (await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(new DealFilter(), new ListPlace(null, 1), Company).AskAsync(view, default))).Rows.Single(r => r.Id == id);

    private static async Task<LeadRow> LeadAsync(TestDatabase data, int id) =>
        (await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(new LeadFilter(), new ListPlace(null, 1), Company).AskAsync(view, default))).Rows.Single(r => r.Id == id);
}
