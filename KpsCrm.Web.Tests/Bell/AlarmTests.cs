using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Bell;

public class AlarmTests
{
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AReminderRingsAtItsTimeAndOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        // The test begins at six in the morning in Chicago.
        await PlanAsync(data, new(2026, 11, 24), new(9, 0), Reminder.HourBefore, RecordRef.Deal(await data.AddDealAsync("Payroll for Acme")));
        var alarms = Alarms(data);

        Assert.Equal(Utc(2026, 11, 24, 14, 0), await alarms.NextAsync(TestContext.Current.CancellationToken));
        await RingAsync(alarms);
        Assert.Empty(await BellAsync(data, data.Anna));

        data.Clock.Advance(TimeSpan.FromHours(2));
        await RingAsync(alarms);
        await RingAsync(alarms);

        var bell = Assert.Single(await BellAsync(data, data.Anna));
        Assert.Equal((NotificationKind.Reminder, "Call back (Payroll for Acme) is due today 09:00"), (bell.Kind, bell.Text));
        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, await data.Store.ReadAsync(data.Anna, view => view.Tasks.Select(t => t.RemindedAt).SingleAsync()));
        Assert.Null(await alarms.NextAsync(TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TwoInstancesThatLookAtOnceRingOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 20; i++)
            await PlanAsync(data, new(2026, 11, 24), new(9, 0), Reminder.AtThatTime);
        await data.AddLeadAsync(with: l => l.OwnerId = 3);
        data.Clock.Advance(TimeSpan.FromHours(4));
        await using var second = data.OpenSecondInstance();
        // SQLite has one instance; there two looks of the same one race.
        var other = provider == DatabaseProvider.Postgres ? new Alarms(second.GetRequiredService<CrmStore>(), Company, data.Clock) : Alarms(data);

        await Task.WhenAll(RingAsync(Alarms(data)), RingAsync(other));

        Assert.Equal((20, 1), await BellAsync(data, data.Anna) is var bells ? (bells.Count(n => n.Kind == NotificationKind.Reminder), bells.Count(n => n.Kind == NotificationKind.Waiting)) : default);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatWasMissedRingsAtTheNextStartAndWhatIsDoneOrDeletedDoesNot(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var missed = await PlanAsync(data, new(2026, 11, 24), new(9, 0), Reminder.AtThatTime);
        var done = await PlanAsync(data, new(2026, 11, 24), new(9, 0), Reminder.AtThatTime);
        await new FinishTask(done).RunAsync(data.Store, data.Anna);
        data.Clock.Advance(TimeSpan.FromDays(3));

        await RingAsync(Alarms(data));

        Assert.Equal(missed, Assert.Single(await BellAsync(data, data.Anna)).TaskId);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ALeadThatWaitsTwoHoursRingsItsOwner(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var alarms = Alarms(data);
        await RingAsync(alarms);
        var waits = await data.AddLeadAsync("Ana Núñez", "a@example.com", l => l.OwnerId = 3);
        var answered = await data.AddLeadAsync("Answered", "b@example.com", l => l.OwnerId = 3);
        await new LogCall(RecordRef.Lead(answered), CallOutcome.NoAnswer).RunAsync(data.Store, data.Ben);
        var moved = await data.AddLeadAsync("Moved", "c@example.com", l => l.OwnerId = 3);
        await data.Store.WriteAsync(data.Ben, async db => (await db.Leads.SingleAsync(l => l.Id == moved)).MoveTo(LeadStatus.Contacted, "m", data.Ben, db.Now));

        Assert.Equal(Utc(2026, 11, 24, 14, 0), await alarms.NextAsync(TestContext.Current.CancellationToken));
        data.Clock.Advance(TimeSpan.FromMinutes(119));
        await RingAsync(alarms);
        Assert.Empty(await BellAsync(data, data.Anna));

        data.Clock.Advance(TimeSpan.FromMinutes(1));
        await RingAsync(alarms);
        data.Clock.Advance(TimeSpan.FromHours(1));
        await RingAsync(Alarms(data));

        var bell = Assert.Single(await BellAsync(data, data.Anna));
        Assert.Equal((NotificationKind.Waiting, "Ana Núñez has waited for an answer for two hours", (int?)waits), (bell.Kind, bell.Text, bell.LeadId));
        Assert.Empty(await BellAsync(data, data.Ben));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ALeadWithoutAnOwnerRingsAllWhoSellAndAnOldOneNobody(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync("New one");
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Of last month", Email = "m@example.com", CreatedAt = db.Now.AddDays(-30) })));
        data.Clock.Advance(TimeSpan.FromHours(3));

        await RingAsync(Alarms(data));

        foreach (var seller in new[] { data.Anna, data.Ben })
            Assert.Equal(["New one has waited for an answer for two hours"], (await BellAsync(data, seller)).Select(n => n.Text));
        Assert.Empty(await BellAsync(data, data.Manager));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ChoicesAreRespectedAndAMailGoesWhereItIsWished(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await new ChooseNews(NotificationKind.Mentioned, Bell: false, Mail: false).RunAsync(data.Store, data.Ben);
        await new ChooseNews(NotificationKind.Mentioned, Bell: false, Mail: true).RunAsync(data.Store, data.Manager);
        await new ChooseNews(NotificationKind.Assigned, Bell: true, Mail: true).RunAsync(data.Store, data.Ben);

        var deal = RecordRef.Deal(await data.AddDealAsync("Payroll for Acme"));
        await new AddNote(deal, "@Ben and @Maria").RunAsync(data.Store, data.Anna);
        await new EditRecord(deal, [new("owner", null, "4")]).RunAsync(data.Store, data.Anna);

        Assert.Equal([("Anna Alvarez gave you the deal Payroll for Acme", null)], (await BellAsync(data, data.Ben)).Select(n => (n.Text, n.ReadAt)));
        // By mail only: it stands behind the bell, which stays silent.
        Assert.NotNull(Assert.Single(await BellAsync(data, data.Manager)).ReadAt);
        var mails = await data.Store.ReadAsync(data.Admin, view => view.Mails.Include(m => m.Notification).OrderBy(m => m.Id).ToListAsync());
        Assert.Equal([(MailKind.Notice, "maria@kps.example", "Anna Alvarez mentioned you on Payroll for Acme"), (MailKind.Notice, "ben@kps.example", "Anna Alvarez gave you the deal Payroll for Acme")],
            mails.Select(m => (m.Kind, m.ToAddress, m.Notification!.Text)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OnesOwnDoingRingsNothing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var deal = RecordRef.Deal(await data.AddDealAsync());

        await new EditRecord(deal, [new("owner", null, "3")]).RunAsync(data.Store, data.Anna);
        await new AddNote(deal, "@Anna remember").RunAsync(data.Store, data.Anna);

        Assert.Empty(await BellAsync(data, data.Anna));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ReadingIsOnesOwnAndOneByOneOrAll(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var deal = RecordRef.Deal(await data.AddDealAsync());
        foreach (var text in new[] { "@Ben one", "@Ben two", "@Ben three" })
            await new AddNote(deal, text).RunAsync(data.Store, data.Anna);
        var first = (await BellAsync(data, data.Ben))[0].Id;

        await new MarkRead(first).RunAsync(data.Store, data.Anna);
        Assert.Equal(3, await UnreadAsync(data));
        await new MarkRead(first).RunAsync(data.Store, data.Ben);
        Assert.Equal(2, await UnreadAsync(data));
        await new MarkRead().RunAsync(data.Store, data.Ben);
        Assert.Equal(0, await UnreadAsync(data));
    }

    [Theory]
    // Chicago's clock goes from 2:00 to 3:00 on March 14, 2027, and shows 1:00 to 2:00 twice on November 7.
    [InlineData("2027-03-13", "09:00", Reminder.AtThatTime, "2027-03-13T15:00")]
    [InlineData("2027-03-14", "09:00", Reminder.AtThatTime, "2027-03-14T14:00")]
    [InlineData("2027-03-14", "02:30", Reminder.AtThatTime, "2027-03-14T08:00")]
    [InlineData("2027-03-14", "09:00", Reminder.DayBefore, "2027-03-13T15:00")]
    [InlineData("2027-11-07", "01:30", Reminder.AtThatTime, "2027-11-07T06:30")]
    [InlineData("2027-11-07", null, Reminder.AtThatTime, "2027-11-07T14:00")]
    [InlineData("2027-11-08", null, Reminder.DayBefore, "2027-11-07T14:00")]
    public void AReminderGoesByTheCompanysClock(string day, string? time, Reminder reminder, string utc)
    {
        var plan = new TaskPlan { DueOn = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), DueAt = time is null ? null : TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Reminder = reminder };

        Assert.Equal(DateTime.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal), plan.RemindAt(Company));
    }

    [Fact]
    public async Task AReminderThatWouldHaveRungAlreadyIsRefused()
    {
        await using var data = await TestDatabase.CreateAsync();

        Assert.Equal("That reminder would have rung already. Choose a later one, or none.",
            (await Assert.ThrowsAsync<RuleException>(() => PlanAsync(data, new(2026, 11, 24), new(6, 30), Reminder.HourBefore))).Message);
    }

    private static Alarms Alarms(TestDatabase data) => new(data.Store, Company, data.Clock);

    private static Task RingAsync(Alarms alarms) => alarms.RingDueAsync(TestContext.Current.CancellationToken);

    private static Task<int> PlanAsync(TestDatabase data, DateOnly day, TimeOnly? time, Reminder reminder, RecordRef? about = null) =>
        new PlanTask(about, new() { Title = "Call back", DueOn = day, DueAt = time, Reminder = reminder, OwnerId = 3 }).RunAsync(data.Store, data.Anna, Company);

    private static Task<List<Notification>> BellAsync(TestDatabase data, Actor who) => data.Store.ReadAsync(who, view => view.Notifications.OrderBy(n => n.Id).ToListAsync());

    private static async Task<int> UnreadAsync(TestDatabase data) => (await data.Store.ReadAsync(data.Ben, view => new BellQuestion(4).AskAsync(view, TestContext.Current.CancellationToken))).Unread;

    private static DateTime Utc(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, DateTimeKind.Utc);
}
