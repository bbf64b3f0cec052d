using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Create;

public class CreateRecordTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ANewLeadIsNormalisedEstimatedAndOnTopOfItsColumn(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync("Older");

        var created = Assert.IsType<Created>(await Create(RecordKind.Lead, ("name", "  Zoë   Åberg "), ("email", "ZOE@Example.com"), ("phone", "(214) 555-0142"), ("service", "payroll services"), ("budget_range", "$50,000+"), ("owner", $"{data.Anna.UserId}")).RunAsync(data.Store, data.Anna));

        await data.Store.ReadAsync(data.Anna, async view =>
        {
            var lead = await view.Leads.SingleAsync(l => l.Id == created.Record.Id);
            Assert.Equal(("zoe@example.com", "+12145550142", "Payroll Services"), (lead.Email, lead.Phone, lead.Service));
            Assert.Equal((10_000_00, Priority.High, LeadStatus.New, "US", data.Anna.UserId), (lead.ValueCents, lead.Priority, lead.Status, lead.Country, lead.OwnerId));
            Assert.Equal(lead.Id, await view.Leads.OrderBy(l => l.Rank).Select(l => l.Id).FirstAsync());
            var activity = await view.Activities.SingleAsync();
            Assert.Equal((ActivityKind.Created, "added the lead", "Anna Alvarez", lead.Id), (activity.Kind, activity.Summary, activity.ActorName, activity.LeadId));
            Assert.False(await view.AnalyticsEvents.AnyAsync());
            return 0;
        });
    }

    [Fact]
    public async Task WhatIsTypedOutweighsTheEstimate()
    {
        await using var data = await TestDatabase.CreateAsync();

        var created = Assert.IsType<Created>(await Create(RecordKind.Lead, ("name", "Ana"), ("email", "ana@example.com"), ("budget_range", "$50,000+"), ("value", "1,234.50"), ("priority", "low"), ("stage", "qualified")).RunAsync(data.Store, data.Anna));

        var lead = await data.Store.ReadAsync(data.Anna, view => view.Leads.SingleAsync(l => l.Id == created.Record.Id));
        Assert.Equal((1_234_50, Priority.Low, LeadStatus.Qualified), (lead.ValueCents, lead.Priority, lead.Status));
    }

    [Fact]
    public async Task EveryFieldThatMustBeMendedIsToldInOneSentenceAndNothingIsWritten()
    {
        await using var data = await TestDatabase.CreateAsync();

        var refused = Assert.IsType<Unfinished>(await Create(RecordKind.Lead, ("email", "ana@"), ("value", "much"), ("phone", new string('1', 300))).RunAsync(data.Store, data.Anna));

        Assert.Equal(
        [
            ("email", "Enter the whole e-mail address, like name@example.com."),
            ("name", "Enter the name."),
            ("phone", "Shorten the phone number to 200 characters; it has 300."),
            ("value", "Enter an amount in dollars, like 12,500 or 980.50."),
        ], refused.Problems.Select(p => (p.Field, p.Sentence)).Order());
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Leads.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ANewDealTakesItsStagesProbabilityAndBringsItsNewClientAlong(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        data.Clock.Advance(TimeSpan.FromHours(1));

        var created = Assert.IsType<Created>(await Create(RecordKind.Deal, ("title", "Bookkeeping"), ("amount", "8500"), ("stage", "review"), ("client", "new"), ("client.name", "Ana Núñez"), ("client.email", "Ana@Example.com"), ("owner", $"{data.Anna.UserId}")).RunAsync(data.Store, data.Anna));

        await data.Store.ReadAsync(data.Anna, async view =>
        {
            var deal = await view.Deals.SingleAsync(d => d.Id == created.Record.Id);
            var client = await view.Clients.SingleAsync();
            Assert.Equal((DealStage.Review, 80, 8_500_00, client.Id, data.Clock.GetUtcNow().UtcDateTime), (deal.Stage, deal.Probability, deal.AmountCents, deal.ClientId, deal.StageChangedAt));
            Assert.Equal(("Ana Núñez", "ana@example.com", data.Anna.UserId), (client.Name, client.Email, client.OwnerId));
            Assert.Equal([(client.Id, null, "added the client"), (client.Id, deal.Id, "added the deal")],
                (await view.Activities.OrderBy(a => a.Id).ToListAsync()).Select(a => (a.ClientId!.Value, a.DealId, a.Summary)));
            return 0;
        });
    }

    [Fact]
    public async Task ADealCannotBeginWonAndItsNewClientIsHeldToTheSameRules()
    {
        await using var data = await TestDatabase.CreateAsync();

        var refusal = await Assert.ThrowsAsync<RuleException>(() => Create(RecordKind.Deal, ("title", "A"), ("amount", "1"), ("stage", "closed_won")).RunAsync(data.Store, data.Anna));
        Assert.Equal("A new deal starts in an open stage. Move it once it is won or lost.", refusal.Message);

        var refused = Assert.IsType<Unfinished>(await Create(RecordKind.Deal, ("title", "A"), ("amount", "1"), ("client", "new"), ("client.name", "Ana")).RunAsync(data.Store, data.Anna));
        Assert.Equal(("client.email", "Enter the e-mail address."), refused.Problems.Select(p => (p.Field, p.Sentence)).Single());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheSameRequestSentTwiceIsDoneOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var create = Create(RecordKind.Client, ("name", "Ana"), ("email", "ana@example.com"));

        var both = await Task.WhenAll(create.RunAsync(data.Store, data.Anna), create.RunAsync(data.Store, data.Anna));

        Assert.Equal(both[0], both[1]);
        Assert.Equal(both[0], await create.RunAsync(data.Store, data.Anna));
        Assert.Equal(1, await data.Store.ReadAsync(data.Anna, view => view.Clients.CountAsync()));
    }

    [Fact]
    public async Task AClientWhoIsGoneAndAColleagueWhoNeverWasAreToldBesideTheirField()
    {
        await using var data = await TestDatabase.CreateAsync();

        var refused = Assert.IsType<Unfinished>(await Create(RecordKind.Deal, ("title", "A"), ("amount", "1"), ("client", "77"), ("owner", "88")).RunAsync(data.Store, data.Anna));

        Assert.Equal([("client", "This client is no longer there. Choose another one."), ("owner", "Choose a colleague from the list.")], refused.Problems.Select(p => (p.Field, p.Sentence)).Order());
    }

    [Fact]
    public async Task AVisitorCreatesNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => Create(RecordKind.Client, ("name", "Ana"), ("email", "ana@example.com")).RunAsync(data.Store, Actor.Visitor));
    }

    private static CreateRecord Create(RecordKind kind, params (string Key, string Text)[] typed) => new(kind, typed.ToDictionary(t => t.Key, t => t.Text), Guid.NewGuid().ToString("N"));
}
