using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>Clocks that jump, and hours that come twice or not at all.</summary>
public class ClockTests
{
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AClockThatJumpsAnHourBackRingsNoReminderTwiceAndOneThatJumpsAheadMissesNone(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var alarms = new Alarms(data.Store, Company, data.Clock);
        await PlanAsync(data, new(2026, 11, 24), new(7, 0));
        await PlanAsync(data, new(2026, 11, 24), new(8, 0));

        data.Clock.Advance(TimeSpan.FromMinutes(61));
        await alarms.RingDueAsync(default);
        data.Clock.AdjustTime(data.Clock.GetUtcNow().AddHours(-1));
        for (var i = 0; i < 8; i++)
        {
            await alarms.RingDueAsync(default);
            data.Clock.Advance(TimeSpan.FromMinutes(10));
        }
        Assert.Single(await RungAsync(data));

        data.Clock.AdjustTime(data.Clock.GetUtcNow().AddHours(1));
        await alarms.RingDueAsync(default);
        await alarms.RingDueAsync(default);
        Assert.Equal(2, (await RungAsync(data)).Count);
    }

    [Theory]
    [InlineData("2027-03-14T02:30", "the hour that is left out")]
    [InlineData("2026-11-01T01:30", "the hour that comes twice")]
    public async Task AReminderInAnOddHourRingsOnce(string at, string why)
    {
        await using var data = await TestDatabase.CreateAsync();
        var due = DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        data.Clock.AdjustTime(new DateTimeOffset(due.Date.AddHours(4), TimeSpan.Zero));
        await PlanAsync(data, DateOnly.FromDateTime(due), TimeOnly.FromDateTime(due));
        var alarms = new Alarms(data.Store, Company, data.Clock);

        for (var i = 0; i < 30; i++)
        {
            await alarms.RingDueAsync(default);
            data.Clock.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.True((await RungAsync(data)).Count == 1, why);
    }

    /// <summary>Days of 23 and of 25 hours: each lead is counted on one of them.</summary>
    [Theory]
    [InlineData("2027-03-14")]
    [InlineData("2026-11-01")]
    public async Task FiguresByDayAddUpWhereTheClocksChange(string day)
    {
        await using var data = await TestDatabase.CreateAsync();
        var middle = DateTime.SpecifyKind(DateTime.Parse(day, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);
        data.Clock.AdjustTime(middle.AddDays(3));
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var at = middle.AddDays(-1).AddHours(6); at < middle.AddDays(2); at = at.AddMinutes(30))
                db.Leads.Add(new Lead { Name = "Lead", Email = "lead@example.com", ValueCents = 1, CreatedAt = at });
            return Task.CompletedTask;
        });

        var figures = await data.Store.ReadAsync(data.Manager, view => new DashboardQuestion(new Period("7d"), null, Company).AskAsync(view, default));

        var leads = await data.Store.ReadAsync(data.Manager, view => view.Leads.CountAsync());
        Assert.Equal(leads, figures.Trends.Sum(t => t.Leads));
        Assert.Equal(leads, (int)figures.TotalLeads.Value);
        Assert.Contains(day == "2026-11-01" ? 50 : 46, figures.Trends.Select(t => t.Leads));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task NobodyIsSignedOutByAnHour(int hours)
    {
        await using var data = await TestDatabase.CreateAsync();
        using var sessions = new LiveSessions(data.Store, data.Feed, new AccountOptions { IdleMinutes = 120, SessionDays = 2 }, data.Clock);
        var session = new Session { KeyHash = "key", UserId = 3, Stamp = "-", CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
        session.SeenAt(session.CreatedAt);
        await data.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Sessions.Add(session)));
        Assert.NotNull((await sessions.FindAsync("key")).Session);

        data.Clock.AdjustTime(data.Clock.GetUtcNow().AddHours(hours));
        await sessions.RefreshAsync();

        Assert.NotNull((await sessions.FindAsync("key")).Session);
        Assert.True(sessions.IsAlive(session.Id));
    }

    private static Task<int> PlanAsync(TestDatabase data, DateOnly day, TimeOnly at) =>
        new PlanTask(null, new() { Title = "Call", DueOn = day, DueAt = at, Reminder = Reminder.AtThatTime, OwnerId = 3 }).RunAsync(data.Store, data.Anna, Company);

    private static Task<List<Notification>> RungAsync(TestDatabase data) => data.Store.ReadAsync(data.Anna, view => view.Notifications.ToListAsync());
}
