using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Ordering;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Lists;

/// <summary>"Undo" after a move on a board, in a list or on a record: all is as it was before.</summary>
public class MoveBackTests
{
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealIsAsItWasBefore(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync("Audit", 5_000_00, with: d => d.Probability = 45);
        var day = new DateOnly(2026, 11, 20);

        foreach (var (to, closing) in new (DealStage, Closing?)[] { (DealStage.Review, null), (DealStage.ClosedWon, new Won(6_500_00, day)), (DealStage.ClosedLost, new Lost("Price", "too dear", day)) })
        {
            var was = await DealAsync(data, id);
            var moved = Assert.IsType<Moved>(await new MoveDeal(id, was.Stage, to, Place.Top, was.Version, closing).RunAsync(data.Store, data.Anna));

            Assert.IsType<Moved>(await moved.Back!());

            Assert.Equal((DealStage.Proposal, 5_000_00L, 45, null, null), Facts(await DealAsync(data, id)));
        }

        // And a reopened one is closed again, with its day and reason.
        var open = await DealAsync(data, id);
        await new MoveDeal(id, open.Stage, DealStage.ClosedLost, Place.Top, open.Version, new Lost("Price", "too dear", day)).RunAsync(data.Store, data.Anna);
        var lost = await DealAsync(data, id);
        var reopened = Assert.IsType<Moved>(await new MoveDeal(id, lost.Stage, DealStage.Review, Place.Top, lost.Version).RunAsync(data.Store, data.Anna));
        Assert.IsType<Moved>(await reopened.Back!());
        var again = await DealAsync(data, id);
        Assert.Equal((Facts(lost), "Price", "too dear"), (Facts(again), again.LostReason, again.LostNote));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatSomebodyChangedSinceStaysAndIsTold(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        var was = await LeadAsync(data, id);
        var moved = Assert.IsType<Moved>(await new MoveLead(id, was.Status, LeadStatus.Contacted, Place.Top, was.Version).RunAsync(data.Store, data.Anna));
        await new MoveLead(id, LeadStatus.Contacted, LeadStatus.Qualified, Place.Top, moved.Version).RunAsync(data.Store, data.Ben);

        Assert.Equal(new Refused("Ben Brooks moved this lead to Qualified in the meantime."), await moved.Back!());
        Assert.Equal(LeadStatus.Qualified, (await LeadAsync(data, id)).Status);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACardIsAtItsPlaceAgainAndALeadKeepsItsReason(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        string? rank = null;
        foreach (var name in new[] { "One", "Two", "Three" })
            await data.AddLeadAsync(name, $"{name}@example.com", l => l.StartIn(LeadStatus.New, rank = Rank.Between(rank, null)));
        var order = await OrderAsync();
        var two = order[1];
        var lost = Assert.IsType<Moved>(await new MoveLead(two.Id, LeadStatus.New, LeadStatus.Lost, Place.Top, two.Version, "Price: too dear").RunAsync(data.Store, data.Anna));
        var reopened = Assert.IsType<Moved>(await new MoveLead(two.Id, LeadStatus.Lost, LeadStatus.New, Place.Last, lost.Version).RunAsync(data.Store, data.Anna));

        var again = Assert.IsType<Moved>(await reopened.Back!());
        Assert.Equal((LeadStatus.Lost, "Price: too dear"), await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Id == two.Id).Select(l => new ValueTuple<LeadStatus, string?>(l.Status, l.LostReason)).SingleAsync()));
        Assert.IsType<Moved>(await again.Back!());
        Assert.IsType<Refused>(await lost.Back!());
        var first = Assert.IsType<Moved>(await new MoveLead(order[0].Id, LeadStatus.New, LeadStatus.Won, Place.Top, order[0].Version).RunAsync(data.Store, data.Anna));
        Assert.IsType<Moved>(await first.Back!());
        Assert.Equal(order[0].Id, (await OrderAsync())[0].Id);

        // Within a stage there is nothing to take back.
        Assert.Null(Assert.IsType<Moved>(await new MoveLead(order[0].Id, LeadStatus.New, LeadStatus.New, Place.Last, order[0].Version + 2).RunAsync(data.Store, data.Anna)).Back);

        Task<List<Lead>> OrderAsync() => data.Store.ReadAsync(data.Anna, view => view.Leads.AsNoTracking().Where(l => l.Status == LeadStatus.New).OrderBy(l => l.Rank).ThenBy(l => l.Id).ToListAsync());
    }

    private static (DealStage, long, int, DateOnly?, string?) Facts(DealRow deal) => (deal.Stage, deal.AmountCents, deal.Probability, deal.ActualCloseDate, deal.LostReason);

    private static async Task<DealRow> DealAsync(TestDatabase data, int id) =>
        (await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(new DealFilter(), new ListPlace(null, 1), Company).AskAsync(view, default))).Rows.Single(r => r.Id == id);

    private static async Task<LeadRow> LeadAsync(TestDatabase data, int id) =>
        (await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(new LeadFilter(), new ListPlace(null, 1), Company).AskAsync(view, default))).Rows.Single(r => r.Id == id);
}
