using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Pipeline;

public partial class ConvertLeadTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheClientWhomThePersonChoseGetsTheDealWhateverTheAddress(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = await AddClientAsync(data, "Núñez Tile", "office@nunez.example");
        var id = await data.AddLeadAsync();

        var done = Assert.IsType<Converted>(await (Convert(id) with { ClientId = client }).RunAsync(data.Store, data.Anna));

        Assert.Equal((client, false), (done.Client.Id, done.ClientIsNew));
        Assert.Equal((client, id), await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => new ValueTuple<int, int>(d.ClientId!.Value, d.LeadId!.Value)).SingleAsync()));
        Assert.Equal("gave the client Núñez Tile the deal Payroll", await data.Store.ReadAsync(data.Anna, view => view.Activities.Where(a => a.Kind == ActivityKind.Converted && a.LeadId == id && a.ClientId == client).Select(a => a.Summary).SingleAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoeverWasSeenAndNotMeantStaysSomeoneElse(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var other = await AddClientAsync(data, "Ana's husband", "ana@example.com");
        var id = await data.AddLeadAsync();

        var done = Assert.IsType<Converted>(await (Convert(id) with { Seen = [other] }).RunAsync(data.Store, data.Anna));

        Assert.True(done.ClientIsNew);
        Assert.Equal(2, await data.Store.ReadAsync(data.Anna, view => view.Clients.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoWhoConvertAtOnceOneWinsAndTheOtherIsToldByWhom(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();

        var results = await Task.WhenAll(Convert(id).RunAsync(data.Store, data.Anna), Convert(id).RunAsync(data.Store, data.Ben));

        var winner = results[0] is Converted ? "Anna Alvarez" : "Ben Brooks";
        Assert.Single(results.OfType<Converted>());
        Assert.Equal($"{winner} has converted this lead already, into the deal Payroll.", results.OfType<Refused>().Single().Sentence);
        Assert.Equal((1, 1), await data.Store.ReadAsync(data.Anna, async view => (await view.Clients.CountAsync(), await view.Deals.CountAsync())));
    }

    [Fact]
    public async Task ADeletedLeadAndAChosenClientWhoIsGoneAreToldAndLeaveNothingBehind()
    {
        await using var data = await TestDatabase.CreateAsync();
        var id = await data.AddLeadAsync();

        Assert.Equal(new Refused("This client is no longer there. Choose again."), await (Convert(id) with { ClientId = 77 }).RunAsync(data.Store, data.Anna));
        await new DeleteRecord(ItemRef.Lead(id)).RunAsync(data.Store, data.Ben);
        Assert.Equal(new Refused("Ben Brooks has deleted this lead."), await Convert(id).RunAsync(data.Store, data.Anna));

        Assert.Equal((0, 0), await data.Store.ReadAsync(data.Anna, async view => (await view.Clients.CountAsync(), await view.Deals.CountAsync())));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task UndoneEverythingStandsWhereItStood(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        await data.AddLeadAsync("Above");
        await new MoveLead(id, LeadStatus.New, LeadStatus.Lost, Place.Top, 1, "Price").RunAsync(data.Store, data.Anna);
        var rank = await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Id == id).Select(l => l.Rank).SingleAsync());
        var (open, done) = (await AddTaskAsync(data, id, "Call"), await AddTaskAsync(data, id, "Write", finished: true));

        var converted = Assert.IsType<Converted>(await (Convert(id) with { Move = new(id, LeadStatus.Lost, LeadStatus.Won, Place.Top, 2) }).RunAsync(data.Store, data.Anna));
        Assert.Equal([(open, null, converted.Deal.Id), (done, id, (int?)null)], await TasksAsync(data));

        await new UndoConvert(converted).RunAsync(data.Store, data.Anna);

        var lead = await data.Store.ReadAsync(data.Anna, view => view.Leads.SingleAsync(l => l.Id == id));
        Assert.Equal((LeadStatus.Lost, "Price", rank), (lead.Status, lead.LostReason, lead.Rank));
        Assert.Equal([(open, id, (int?)null), (done, id, null)], await TasksAsync(data));
        await data.Store.ReadAsync(data.Anna, async view =>
        {
            Assert.Equal((0, 0, 1, 1), (await view.Deals.CountAsync(), await view.Clients.CountAsync(), await view.BinnedDeals.CountAsync(), await view.BinnedClients.CountAsync()));
            Assert.Equal(2, await view.Activities.CountAsync(a => a.Kind == ActivityKind.Deleted && a.Summary == "took back the conversion of Ana Núñez"));
            return 0;
        });

        // And can be converted again.
        Assert.IsType<Converted>(await (Convert(id) with { Move = new(id, LeadStatus.Lost, LeadStatus.Won, Place.Top, lead.Version) }).RunAsync(data.Store, data.Ben));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnExistingClientStaysWhenTheConversionIsUndone(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = await AddClientAsync(data, "Ana", "ana@example.com");
        var id = await data.AddLeadAsync();
        var converted = Assert.IsType<Converted>(await (Convert(id) with { ClientId = client }).RunAsync(data.Store, data.Anna));

        await new UndoConvert(converted).RunAsync(data.Store, data.Ben);

        Assert.Equal((1, 0), await data.Store.ReadAsync(data.Anna, async view => (await view.Clients.CountAsync(), await view.Deals.CountAsync())));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatHappenedSinceStandsInTheWayOfUndoingAndIsSaid(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        var converted = Assert.IsType<Converted>(await Convert(id).RunAsync(data.Store, data.Anna));
        await new MoveDeal(converted.Deal.Id, DealStage.Proposal, DealStage.Review, Place.Top, 1).RunAsync(data.Store, data.Ben);

        var refusal = await Assert.ThrowsAsync<RuleException>(() => new UndoConvert(converted).RunAsync(data.Store, data.Anna));

        Assert.Equal("This can't be taken back any more: Ben Brooks moved the deal from Proposal to Review.", refusal.Message);
        Assert.Equal((1, 1, LeadStatus.Won), await data.Store.ReadAsync(data.Anna, async view => (await view.Deals.CountAsync(), await view.Clients.CountAsync(), await view.Leads.Select(l => l.Status).SingleAsync())));
    }

    [Fact]
    public async Task ATaskPlannedForTheNewClientStandsInTheWayOfUndoingToo()
    {
        await using var data = await TestDatabase.CreateAsync();
        var converted = Assert.IsType<Converted>(await Convert(await data.AddLeadAsync()).RunAsync(data.Store, data.Anna));
        await data.Store.WriteAsync(data.Ben, db => Task.FromResult(db.Tasks.Add(new TaskItem { Title = "Call", DealId = converted.Deal.Id })));

        var refusal = await Assert.ThrowsAsync<RuleException>(() => new UndoConvert(converted).RunAsync(data.Store, data.Anna));
        Assert.Equal("This can't be taken back any more: a task was planned.", refusal.Message);
    }

    private static async Task<List<(int, int?, int?)>> TasksAsync(TestDatabase data) =>
        (await data.Store.ReadAsync(data.Anna, view => view.Tasks.OrderBy(t => t.Id).ToListAsync())).ConvertAll(t => (t.Id, t.LeadId, t.DealId));

    private static async Task<int> AddTaskAsync(TestDatabase data, int lead, string title, bool finished = false)
    {
        var task = new TaskItem { Title = title, LeadId = lead };
        await data.Store.WriteAsync(data.Anna, db =>
        {
            if (finished)
                task.Finish(data.Anna, db.Now);
            return Task.FromResult(db.Tasks.Add(task));
        });
        return task.Id;
    }

    private static async Task<int> AddClientAsync(TestDatabase data, string name, string email)
    {
        var client = new Client { Name = name, Email = email };
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Clients.Add(client)));
        return client.Id;
    }
}
