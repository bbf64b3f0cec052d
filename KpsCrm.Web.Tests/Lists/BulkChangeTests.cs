using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Lists;

public class BulkChangeTests
{
    private static readonly CompanyOptions Company = new();
    private static readonly CellEdit<LeadRow> Owner = new("owner", row => row.OwnerId?.ToString(), row => row.Owner);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatCanBeChangedIsAndTheRestIsNamedWithItsReason(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var list = new LeadList(Company, new LeadPipeline(data.Store, null!, null!), data.Store);
        foreach (var name in new[] { "Free", "Taken", "Gone", "Same" })
            await data.AddLeadAsync(name, $"{name}@example.com", l => l.OwnerId = name == "Same" ? data.Anna.UserId : null);
        var rows = await RowsAsync(data);
        var taken = rows.Single(r => r.Name == "Taken").Id;
        await new EditRecord(RecordRef.Lead(taken), [new("owner", null, $"{data.Ben.UserId}")]).RunAsync(data.Store, data.Ben);
        var steps = new List<int>();

        var change = new BulkChange<LeadRow>(list, Owner, $"{data.Anna.UserId}");
        var result = await change.RunAsync(data.Store, data.Anna, [.. rows.OrderBy(r => r.Name).Select(r => r.Name == "Gone" ? r with { Id = 999 } : r)], steps.Add);

        Assert.Equal(["Free"], result.Done.Select(d => d.Row.Name));
        Assert.Equal([("Gone", "This lead is no longer there."), ("Taken", "Ben Brooks changed it to Ben Brooks meanwhile")], result.Left);
        Assert.Equal([1, 2, 3, 4], steps);
        Assert.Equal("Anna Alvarez", (await RowsAsync(data)).Single(r => r.Name == "Free").Owner);

        Assert.Empty(await change.UndoAsync(data.Store, data.Anna, result.Done));
        Assert.Null((await RowsAsync(data)).Single(r => r.Name == "Free").Owner);
        // What somebody changed since stays theirs.
        await new EditRecord(RecordRef.Lead(result.Done[0].Row.Id), [new("owner", null, $"{data.Manager.UserId}")]).RunAsync(data.Store, data.Ben);
        Assert.Equal(["Free"], await change.UndoAsync(data.Store, data.Anna, result.Done));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task StagesMoveAsOnTheBoard(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var list = new LeadList(Company, new LeadPipeline(data.Store, null!, null!), data.Store);
        await data.AddLeadAsync("One", "1@example.com");
        await data.AddLeadAsync("Two", "2@example.com");
        var rows = await RowsAsync(data);
        var change = new BulkChange<LeadRow>(list, null, "qualified", await list.AskMoveAsync(Stages.Of(LeadStatus.Qualified), rows.Count));

        var result = await change.RunAsync(data.Store, data.Anna, rows);

        Assert.Equal((2, 0), (result.Done.Count, result.Left.Count));
        Assert.All(await RowsAsync(data), r => Assert.Equal(LeadStatus.Qualified, r.Status));
        Assert.Empty(await change.UndoAsync(data.Store, data.Anna, result.Done));
        Assert.All(await RowsAsync(data), r => Assert.Equal(LeadStatus.New, r.Status));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task DealsEndTogetherAndUndoGivesEachBackWhatItWas(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var (title, amount) in new[] { ("Payroll", 5_000_00L), ("Audit", 700_00L) })
            await data.AddDealAsync(title, amount, with: d => d.Probability = 45);
        var day = new DateOnly(2026, 11, 20);
        foreach (var (to, closing) in new (DealStage, Func<DealRow, Closing>)[] { (DealStage.ClosedWon, row => new Won(row.AmountCents, day)), (DealStage.ClosedLost, _ => new Lost("Price", "too dear", day)) })
        {
            var rows = await DealsAsync();
            var change = new BulkChange<DealRow>(new DealList(Company, null!, data.Store), null, Columns.Word(to), (who, row) => new MoveDeal(row.Id, row.Stage, to, Place.Top, row.Version, closing(row)).RunAsync(data.Store, who));

            var result = await change.RunAsync(data.Store, data.Anna, rows);

            Assert.Equal((2, 0), (result.Done.Count, result.Left.Count));
            Assert.All(await DealsAsync(), d => Assert.Equal((to, day), (d.Stage, d.ActualCloseDate)));
            Assert.Equal([700_00L, 5_000_00L], (await DealsAsync()).Select(d => d.AmountCents).Order());
            Assert.Empty(await change.UndoAsync(data.Store, data.Anna, result.Done));
            Assert.All(await DealsAsync(), d => Assert.Equal((DealStage.Proposal, null, null, 45), (d.Stage, d.ActualCloseDate, d.LostReason, d.Probability)));
        }

        async Task<IReadOnlyList<DealRow>> DealsAsync() =>
            (await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(new DealFilter(), new ListPlace(null, 1), Company).AskAsync(view, default))).Rows;
    }

    private static async Task<IReadOnlyList<LeadRow>> RowsAsync(TestDatabase data) =>
        (await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(new LeadFilter(), new ListPlace(null, 1), Company).AskAsync(view, default))).Rows;
}
