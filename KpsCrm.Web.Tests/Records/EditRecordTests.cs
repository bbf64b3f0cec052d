using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Records;

public class EditRecordTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnEditIsOneSaveWithOneActivityThatTellsBeforeAndAfter(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync(with: l => l.City = "Dallas");
        var made = await LeadAsync(data, id);
        data.Clock.Advance(TimeSpan.FromHours(2));

        var result = await EditAsync(data, data.Anna, RecordRef.Lead(id), ("phone", null, "469 555 0100"), ("city", "Dallas", "Plano"), ("owner", null, "4"));

        Assert.Equal(new Edited(2), result);
        var lead = await LeadAsync(data, id);
        Assert.Equal(("+14695550100", "Plano", 4, 2), (lead.Phone, lead.City, lead.OwnerId, lead.Version));
        Assert.Equal(made.LastActivityAt, lead.LastActivityAt);
        var activity = Assert.Single(await ActivitiesAsync(data));
        Assert.Equal((ActivityKind.Edited, "Anna Alvarez", "changed Phone, City and Owner", id), (activity.Kind, activity.ActorName, activity.Summary, activity.LeadId));
        Assert.Equal([new("phone", null, "(469) 555-0100"), new("city", "Dallas", "Plano"), new("owner", null, "Ben Brooks")], FieldEdit.FromJson(activity.Detail));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TwoPeopleWhoChangeDifferentFieldsBothGetTheirWay(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();

        var results = await Task.WhenAll(
            EditAsync(data, data.Anna, RecordRef.Lead(id), ("phone", null, "469 555 0100")),
            EditAsync(data, data.Ben, RecordRef.Lead(id), ("city", null, "Plano")),
            EditAsync(data, data.Manager, RecordRef.Lead(id), ("company", null, "Núñez LLC")),
            EditAsync(data, data.Admin, RecordRef.Lead(id), ("priority", "medium", "urgent")));

        Assert.All(results, r => Assert.IsType<Edited>(r));
        var lead = await LeadAsync(data, id);
        Assert.Equal(("+14695550100", "Plano", "Núñez LLC", Priority.Urgent, 5), (lead.Phone, lead.City, lead.Company, lead.Priority, lead.Version));
        Assert.Equal(4, (await ActivitiesAsync(data)).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AFieldThatSomeoneElseChangedIsContestedAndNothingIsWritten(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync(with: l => (l.Phone, l.City) = ("+14695550100", "Dallas"));
        data.Clock.Advance(TimeSpan.FromMinutes(5));
        var at = data.Clock.GetUtcNow().UtcDateTime;
        await EditAsync(data, data.Ben, RecordRef.Lead(id), ("phone", "+14695550100", "469 555 0199"));

        var result = await EditAsync(data, data.Anna, RecordRef.Lead(id), ("phone", "+14695550100", "469 555 0122"), ("city", "Dallas", "Plano"));

        var contest = Assert.Single(Assert.IsType<Contested>(result).Fields);
        Assert.Equal(("phone", "+14695550122", "+14695550199", "(469) 555-0122", "(469) 555-0199", "Ben Brooks", at), (contest.Field.Key, contest.Yours, contest.Theirs, contest.YoursSaid, contest.TheirsSaid, contest.By, contest.At));
        Assert.Equal(("+14695550199", "Dallas"), await LeadAsync(data, id) is var lead ? (lead.Phone, lead.City) : default);

        Assert.IsType<Edited>(await EditAsync(data, data.Anna, RecordRef.Lead(id), ("phone", contest.Theirs, contest.Yours), ("city", "Dallas", "Plano")));
        Assert.Equal(("+14695550122", "Plano"), await LeadAsync(data, id) is var chosen ? (chosen.Phone, chosen.City) : default);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoWhoChangeOneFieldAtOnceOneIsAsked(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();

        var results = await Task.WhenAll(
            EditAsync(data, data.Anna, RecordRef.Deal(id), ("amount", "1000", "2000")),
            EditAsync(data, data.Ben, RecordRef.Deal(id), ("amount", "1000", "3000")));

        Assert.Single(results.OfType<Edited>());
        var contest = Assert.Single(Assert.Single(results.OfType<Contested>()).Fields);
        Assert.Equal(await AmountAsync(data, id), contest.Theirs);
        Assert.Single(await ActivitiesAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnEditAndAMoveAtOnceBothHappen(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();

        var edit = EditAsync(data, data.Anna, RecordRef.Deal(id), ("title", "Bookkeeping", "Payroll"));
        var move = Conflict.RetryAsync(() => data.Store.WriteAsync(data.Ben, async db => (await db.Deals.SingleAsync()).MoveTo(DealStage.Review, "m", data.Ben, db.Now)));
        await Task.WhenAll(edit, move);

        Assert.IsType<Edited>(await edit);
        var deal = await DealAsync(data, id);
        Assert.Equal(("Payroll", DealStage.Review), (deal.Title, deal.Stage));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheSameChangeByTwoPeopleIsNoConflictAndNoSecondActivity(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        await EditAsync(data, data.Ben, RecordRef.Lead(id), ("city", null, "Plano"));

        Assert.Equal(new Edited(2), await EditAsync(data, data.Anna, RecordRef.Lead(id), ("city", null, " Plano ")));
        Assert.Single(await ActivitiesAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoMovedTheDealIsNamedWhenItsAmountWasChangedByThat(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();
        await new MoveDeal(id, DealStage.Proposal, DealStage.ClosedWon, Place.Top, 1, new Won(5_000_00, new(2026, 11, 20))).RunAsync(data.Store, data.Ben);

        var contest = Assert.Single(Assert.IsType<Contested>(await EditAsync(data, data.Anna, RecordRef.Deal(id), ("amount", "1000", "1500"))).Fields);

        Assert.Equal(("$5,000.00", "Ben Brooks"), (contest.TheirsSaid, contest.By));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OnesOwnChangeInAnotherWindowIsCalledThat(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        await EditAsync(data, data.Anna, RecordRef.Lead(id), ("city", null, "Plano"));

        Assert.Equal("You, in another window", Assert.Single(Assert.IsType<Contested>(await EditAsync(data, data.Anna, RecordRef.Lead(id), ("city", null, "Dallas"))).Fields).By);
    }

    [Fact]
    public async Task WhatCannotBeReadIsToldPerFieldAndNothingIsWritten()
    {
        await using var data = await TestDatabase.CreateAsync();
        var id = await data.AddLeadAsync();

        var result = await EditAsync(data, data.Anna, RecordRef.Lead(id), ("email", "ana@example.com", "ana"), ("owner", null, "99"), ("city", null, "Plano"));

        Assert.Equal([new Problem("email", "Enter the whole e-mail address, like name@example.com."), new Problem("owner", "Choose a colleague from the list.")], Assert.IsType<Unreadable>(result).Problems);
        Assert.Null((await LeadAsync(data, id)).City);
        Assert.Empty(await ActivitiesAsync(data));
    }

    [Fact]
    public async Task TheProbabilityOfAClosedDealStandsUntilItIsReopened()
    {
        await using var data = await TestDatabase.CreateAsync();
        var id = await data.AddDealAsync();
        await new MoveDeal(id, DealStage.Proposal, DealStage.ClosedWon, Place.Top, 1, new Won(5_000_00, new(2026, 11, 20))).RunAsync(data.Store, data.Ben);

        Assert.Equal("A won deal counts 100%. Reopen it to change that.", Assert.Single(Assert.IsType<Unreadable>(await EditAsync(data, data.Anna, RecordRef.Deal(id), ("probability", "100", "50"))).Problems).Sentence);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AWonDealGivenToAnotherClientTakesItsValueAlong(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (first, second) = (new Client { Name = "First", Email = "first@example.com" }, new Client { Name = "Second", Email = "second@example.com" });
        await data.Store.WriteAsync(data.Anna, db => { db.Clients.AddRange(first, second); return Task.CompletedTask; });
        var id = await data.AddDealAsync(with: d => d.ClientId = first.Id);
        await new MoveDeal(id, DealStage.Proposal, DealStage.ClosedWon, Place.Top, 1, new Won(5_000_00, new(2026, 11, 20))).RunAsync(data.Store, data.Ben);

        await EditAsync(data, data.Anna, RecordRef.Deal(id), ("client", $"{first.Id}", $"{second.Id}"));

        var values = await data.Store.ReadAsync(data.Anna, view => view.Clients.OrderBy(c => c.Id).Select(c => c.TotalValueCents).ToListAsync());
        Assert.Equal([0, 5_000_00], values);
        Assert.Equal([new("client", "First", "Second")], FieldEdit.FromJson((await ActivitiesAsync(data))[^1].Detail));
    }

    [Fact]
    public async Task AVisitorMayNotEditAndAMissingRecordIsToldSo()
    {
        await using var data = await TestDatabase.CreateAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => EditAsync(data, Actor.Visitor, RecordRef.Lead(1), ("city", null, "Plano")));
        Assert.Equal(new RecordGone("This client is no longer there."), await EditAsync(data, data.Anna, RecordRef.Client(9), ("company", null, "X")));
    }

    private static Task<EditResult> EditAsync(TestDatabase data, Actor who, RecordRef record, params (string Field, string? Before, string? After)[] changes) =>
        new EditRecord(record, [.. changes.Select(c => new FieldChange(c.Field, c.Before, c.After))]).RunAsync(data.Store, who);

    private static Task<Lead> LeadAsync(TestDatabase data, int id) => data.Store.ReadAsync(data.Anna, view => view.Leads.SingleAsync(l => l.Id == id));

    private static Task<Deal> DealAsync(TestDatabase data, int id) => data.Store.ReadAsync(data.Anna, view => view.Deals.SingleAsync(d => d.Id == id));

    private static async Task<string?> AmountAsync(TestDatabase data, int id) => Fields.Find(RecordKind.Deal, "amount")!.Get(await DealAsync(data, id));

    private static Task<List<Activity>> ActivitiesAsync(TestDatabase data) => data.Store.ReadAsync(data.Anna, view => view.Activities.OrderBy(a => a.Id).ToListAsync());
}
