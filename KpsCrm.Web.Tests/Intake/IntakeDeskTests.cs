using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Tests.Intake;

public class IntakeDeskTests
{
    private static readonly Enquiry Ana = new()
    {
        Name = "Ana O'Núñez",
        Email = " Ana@Example.com ",
        Phone = "(214) 555-0100",
        Service = "hr services",
        Budget = "$50,000+",
        Message = "Hello",
        UtmSource = "Google",
        Consent = true,
    };

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    internal static IntakeDesk Desk(TestDatabase data, MailOptions? mail = null) =>
        new(data.Store, Options.Create(new IntakeOptions()), mail ?? new() { SalesAddress = "sales@kps.example" }, new CompanyOptions());

    [Theory, MemberData(nameof(Providers))]
    public async Task AnEnquiryIsStoredWithItsEventItsActivityAndBothMails(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var receipt = await Desk(data).AcceptAsync(new(Ana, "key"));

        var lead = await data.Store.ReadAsync(data.Manager, view => view.Leads.SingleAsync());
        Assert.Equal(receipt.LeadId, lead.Id);
        Assert.Equal(("Ana O'Núñez", "ana@example.com", "+12145550100", "HR Services"), (lead.Name, lead.Email, lead.Phone, lead.Service));
        Assert.Equal((15_000_00, Priority.High, "google", LeadStatus.New, "Hello", "US"), (lead.ValueCents, lead.Priority, lead.Source, lead.Status, lead.Notes, lead.Country));
        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, lead.ConsentAt);

        var created = await data.Store.ReadAsync(data.Manager, view => view.AnalyticsEvents.SingleAsync());
        Assert.Equal(("lead_created", "form_submit", $"{lead.Id}"), (created.EventType, created.Action, created.Value));

        var activity = await data.Store.ReadAsync(data.Manager, view => view.Activities.SingleAsync());
        Assert.Equal((ActivityKind.Created, lead.Id, "key"), (activity.Kind, activity.LeadId, activity.RequestId));
        Assert.Equal("Google", Enquiry.FromJson(activity.Detail!).UtmSource);

        var mails = await data.Store.ReadAsync(data.Manager, view => view.Mails.OrderBy(m => m.Kind).ToListAsync());
        Assert.Equal([(MailKind.AutoReply, "ana@example.com"), (MailKind.SalesNotification, "sales@kps.example")], mails.Select(m => (m.Kind, m.ToAddress)));
        Assert.All(mails, m => Assert.Equal((lead.Id, activity.Id, MailState.Waiting), (m.LeadId, m.ActivityId, m.State)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task AFailureInTheMiddleLeavesNothing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = new IntakeDesk(data.Store, Options.Create(new IntakeOptions()), new MailOptions(), new CompanyOptions { Email = null! });

        await Assert.ThrowsAnyAsync<DbUpdateException>(() => desk.AcceptAsync(new(Ana)));

        Assert.Equal((0, 0, 0), await data.Store.ReadAsync(data.Manager, async view => (await view.Leads.CountAsync(), await view.Activities.CountAsync(), await view.AnalyticsEvents.CountAsync())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task TheSamePersonWithinThirtyDaysJoinsTheOpenLead(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = Desk(data);
        var first = await desk.AcceptAsync(new(new() { Name = "Ana", Email = "ana@example.com", Message = "First", City = "Dallas" }));
        data.Clock.Advance(TimeSpan.FromDays(29));
        var second = await desk.AcceptAsync(new(new() { Name = "A. Núñez", Email = "ANA@example.com", Message = "Second", City = "Austin", Phone = "2145550100", Budget = "60000", UtmSource = "bing" }));

        Assert.Equal(first.LeadId, second.LeadId);
        var lead = await data.Store.ReadAsync(data.Manager, view => view.Leads.SingleAsync());
        Assert.Equal(("Ana", "First", "Dallas", "+12145550100", "website", null), (lead.Name, lead.Notes, lead.City, lead.Phone, lead.Source, lead.UtmSource));
        Assert.Equal((60_000_00L, 10_000_00L, Priority.High), (lead.BudgetCents, lead.ValueCents, lead.Priority));
        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, lead.LastActivityAt);
        var activities = await data.Store.ReadAsync(data.Manager, view => view.Activities.OrderBy(a => a.Id).ToListAsync());
        Assert.Equal([ActivityKind.Created, ActivityKind.Enquiry], activities.Select(a => a.Kind));
        Assert.Equal("Second", Enquiry.FromJson(activities[1].Detail!).Message);
        Assert.Equal((2, 4), await data.Store.ReadAsync(data.Manager, async view => (await view.AnalyticsEvents.CountAsync(), await view.Mails.CountAsync())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task TheThirtyDaysRunFromTheLastEnquiry(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = Desk(data);
        var ids = new List<int>();
        foreach (var days in new[] { 0, 20, 20, 31 })
        {
            data.Clock.Advance(TimeSpan.FromDays(days));
            ids.Add((await desk.AcceptAsync(new(Ana))).LeadId);
        }

        Assert.Equal(ids[0], ids[2]);
        Assert.NotEqual(ids[0], ids[3]);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task ALostLeadIsNotJoined(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = Desk(data);
        var first = await desk.AcceptAsync(new(Ana));
        await data.Store.WriteAsync(data.Anna, async db => (await db.Leads.SingleAsync()).MoveTo(LeadStatus.Lost, "i", data.Anna, db.Now, "Too small"));

        Assert.NotEqual(first.LeadId, (await desk.AcceptAsync(new(Ana))).LeadId);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task TheSameRequestSentManyTimesAtOnceIsDoneOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = Desk(data);
        var receipts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => desk.AcceptAsync(new(Ana, "same")))));

        Assert.Single(receipts.Select(r => r.LeadId).Distinct());
        Assert.Equal((1, 1, 2), await data.Store.ReadAsync(data.Manager, async view => (await view.Leads.CountAsync(), await view.Activities.CountAsync(), await view.Mails.CountAsync())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task DifferentRequestsOfOnePersonAtOnceMakeOneLead(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = Desk(data);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => desk.AcceptAsync(new(Ana, $"key {i}")))));

        Assert.Equal((1, 8), await data.Store.ReadAsync(data.Manager, async view => (await view.Leads.CountAsync(), await view.Activities.CountAsync())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task ANewLeadGoesOnTopOfTheBoard(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = Desk(data);
        var ids = new List<int>();
        for (var i = 0; i < 5; i++)
            ids.Add((await desk.AcceptAsync(new(Ana with { Email = $"a{i}@example.com" }))).LeadId);

        ids.Reverse();
        Assert.Equal(ids, await data.Store.ReadAsync(data.Manager, view => view.Leads.OrderBy(l => l.Rank).Select(l => l.Id).ToListAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task AnyCharacterAndALongMessageCanBeStored(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var message = string.Concat(Enumerable.Repeat("ж😀'\"<b>\n", 1_250))[..10_000].TrimEnd();
        await Desk(data).AcceptAsync(new(Ana with { Name = "李小龙\0\uD800 O'Brien", Message = message }));

        var lead = await data.Store.ReadAsync(data.Manager, view => view.Leads.SingleAsync());
        Assert.Equal("李小龙 \uFFFD O'Brien", lead.Name);
        Assert.Equal(message, lead.Notes);
    }

    [Fact]
    public async Task AVisitorReadsNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        await Desk(data).AcceptAsync(new(Ana));

        Assert.Equal(0, await data.Store.ReadAsync(Actor.Visitor, view => view.Leads.CountAsync()));
    }
}
