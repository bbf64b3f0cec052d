using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Pipeline;

public partial class ConvertLeadTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AWonLeadBecomesAClientWithADealInOneSave(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync(with: l => (l.Phone, l.OwnerId) = ("+12145550100", data.Ben.UserId));

        Assert.Equal(2, Assert.IsType<Converted>(await Convert(id).RunAsync(data.Store, data.Anna)).Lead.Version);

        await data.Store.ReadAsync(data.Anna, async view =>
        {
            var lead = await view.Leads.SingleAsync();
            var client = await view.Clients.SingleAsync();
            var deal = await view.Deals.SingleAsync();
            Assert.Equal(LeadStatus.Won, lead.Status);
            Assert.Equal(("Ana Núñez", "Núñez Tile", "ana@example.com", "+12145550100", id, data.Ben.UserId), (client.Name, client.Company, client.Email, client.Phone, client.LeadId, client.OwnerId));
            Assert.Equal(("Payroll", 5_000_00, DealStage.Proposal, client.Id, id), (deal.Title, deal.AmountCents, deal.Stage, deal.ClientId, deal.LeadId));
            Assert.Equal([ActivityKind.Moved, ActivityKind.Converted], (await view.Activities.ToListAsync()).Select(a => a.Kind).Order());
            return 0;
        });
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheLeadsOwnerHearsOfTheClientAndTheDealThatAColleagueMade(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (hers, own) = (await data.AddLeadAsync(with: l => l.OwnerId = data.Ben.UserId), await data.AddLeadAsync("Roy Stubbs", "roy@example.com"));

        await Convert(hers).RunAsync(data.Store, data.Anna);
        await Convert(own).RunAsync(data.Store, data.Anna);

        var bell = await data.Store.ReadAsync(data.Ben, view => view.Notifications.OrderBy(n => n.Id).ToListAsync());
        Assert.Equal(["Anna Alvarez gave you the client Ana Núñez", "Anna Alvarez gave you the deal Payroll"], bell.Select(n => n.Text));
        Assert.True(bell[0].ClientId > 0 && bell[1].DealId > 0);
        Assert.Empty(await data.Store.ReadAsync(data.Anna, view => view.Notifications.ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task SomeoneWhoIsAClientAlreadyGetsTheDealInsteadOfATwin(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Clients.Add(new Client { Name = "Ana", Email = "ana@example.com", JoinedAt = db.Now })));
        var id = await data.AddLeadAsync();

        await Convert(id).RunAsync(data.Store, data.Anna);

        Assert.Equal("Ana", await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => d.Client!.Name).SingleAsync()));
        Assert.Equal(1, await data.Store.ReadAsync(data.Anna, view => view.Clients.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AStaleConversionLeavesNothingBehind(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        await new MoveLead(id, LeadStatus.New, LeadStatus.Lost, Place.Top, 1, "No budget").RunAsync(data.Store, data.Ben);

        Assert.Equal(new Refused("Ben Brooks moved this lead to Lost in the meantime."), await Convert(id).RunAsync(data.Store, data.Anna));

        Assert.Equal((0, 0), await data.Store.ReadAsync(data.Anna, async view => (await view.Clients.CountAsync(), await view.Deals.CountAsync())));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ALostLeadNeedsAReasonAndForgetsItWhenReopened(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();

        await Assert.ThrowsAsync<RuleException>(() => new MoveLead(id, LeadStatus.New, LeadStatus.Lost, Place.Top, 1).RunAsync(data.Store, data.Anna));
        await new MoveLead(id, LeadStatus.New, LeadStatus.Lost, Place.Top, 1, "Price").RunAsync(data.Store, data.Anna);
        Assert.Equal("Price", await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.LostReason).SingleAsync()));

        await new MoveLead(id, LeadStatus.Lost, LeadStatus.Qualified, Place.Top, 2).RunAsync(data.Store, data.Anna);
        Assert.Null(await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.LostReason).SingleAsync()));
    }

    [Fact]
    public async Task ADealWithoutATitleIsRefusedInPlainWords()
    {
        await using var data = await TestDatabase.CreateAsync();
        var id = await data.AddLeadAsync();

        var refusal = await Assert.ThrowsAsync<RuleException>(() => (Convert(id) with { DealTitle = " " }).RunAsync(data.Store, data.Anna));
        Assert.Equal("The deal needs a title.", refusal.Message);
    }

    private static ConvertLead Convert(int lead) => new(new MoveLead(lead, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Ana Núñez", "Núñez Tile", "Payroll", 5_000_00);
}
