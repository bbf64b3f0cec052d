using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Tasks;

public class TaskCommandTests
{
    private static readonly CompanyOptions Company = new();
    private static readonly DateOnly Today = new(2026, 11, 24);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task APlanIsStoredWithALineInTheHistoryAndDoesNotTouchTheDeal(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var deal = await data.AddDealAsync();
        var before = await DealAsync(data, deal);
        data.Clock.Advance(TimeSpan.FromDays(3));

        await PlanAsync(data, data.Anna, RecordRef.Deal(deal), title: "  Send the figures ", day: new(2026, 12, 24), time: new(14, 30));

        var task = await SingleAsync(data);
        Assert.Equal(("Send the figures", new DateOnly(2026, 12, 24), new TimeOnly(14, 30), 3, 3, deal), (task.Title, task.DueOn, task.DueAt, task.OwnerId, task.CreatedById, task.DealId));
        Assert.Equal(["planned for Dec 24, 2026: Send the figures"], await HistoryAsync(data));
        Assert.Equal((before.LastActivityAt, before.Version), await DealAsync(data, deal) is var now ? (now.LastActivityAt, now.Version) : default);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task FinishingTouchesTheDealButRefusesNobodysDrag(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var deal = await data.AddDealAsync();
        var task = await PlanAsync(data, data.Anna, RecordRef.Deal(deal));
        data.Clock.Advance(TimeSpan.FromDays(3));

        await new FinishTask(task).RunAsync(data.Store, data.Anna);

        var now = data.Clock.GetUtcNow().UtcDateTime;
        Assert.Equal((now, 3), await SingleAsync(data) is var done ? (done.DoneAt, done.DoneById) : default);
        Assert.Equal((now, 1), await DealAsync(data, deal) is var touched ? (touched.LastActivityAt, touched.Version) : default);
        Assert.Equal("finished: Call back", (await HistoryAsync(data))[^1]);
        Assert.IsType<Moved>(await new MoveDeal(deal, DealStage.Proposal, DealStage.Review, Place.Top, Version: 1).RunAsync(data.Store, data.Ben));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AFinishedTaskCanBeOpenedAgain(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var task = await PlanAsync(data, data.Anna, RecordRef.Deal(await data.AddDealAsync()));
        await new FinishTask(task).RunAsync(data.Store, data.Anna);

        await new ReopenTask(task).RunAsync(data.Store, data.Anna);

        Assert.Null((await SingleAsync(data)).DoneAt);
        Assert.Equal("reopened: Call back", (await HistoryAsync(data))[^1]);
        Assert.Equal("This task is open already.", (await Assert.ThrowsAsync<RuleException>(() => new ReopenTask(task).RunAsync(data.Store, data.Anna))).Message);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoWhoFinishATaskOneIsToldWhoWasFirst(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var task = await PlanAsync(data, data.Anna, RecordRef.Deal(await data.AddDealAsync()));

        var results = await Task.WhenAll(new[] { data.Anna, data.Ben }.Select(who => Record.ExceptionAsync(() => new FinishTask(task).RunAsync(data.Store, who)).AsTask()));

        Assert.Contains(Assert.Single(results.OfType<RuleException>()).Message, new[] { "Anna Alvarez has finished this task already.", "Ben Brooks has finished this task already." });
        Assert.Single(await HistoryAsync(data), h => h.StartsWith("finished", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnEditOfWhatSomeoneElseChangedIsRefused(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var task = await PlanAsync(data, data.Anna, null);
        await new EditTask(task, 1, Plan("Earlier", owner: 3)).RunAsync(data.Store, data.Ben, Company);

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => new EditTask(task, 1, Plan("Later", owner: 3)).RunAsync(data.Store, data.Anna, Company));

        Assert.Equal("Earlier", (await SingleAsync(data)).Title);
    }

    /// <summary>Field, before, after, who, when: as for every change of a record.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatAnEditChangedStandsInTheHistoryOfItsRecord(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var task = await PlanAsync(data, data.Anna, RecordRef.Deal(await data.AddDealAsync()));

        await new EditTask(task, 1, Plan("Call back soon", owner: 4, day: new(2026, 12, 24), time: new(14, 30)) with { Reminder = Reminder.HourBefore, Note = "Ask for <b>Joe</b>" }).RunAsync(data.Store, data.Anna, Company);
        await new EditTask(task, 2, Plan("Call back soon", owner: 4, day: new(2026, 12, 24), time: new(14, 30)) with { Reminder = Reminder.HourBefore, Note = "Ask for <b>Joe</b>" }).RunAsync(data.Store, data.Anna, Company);

        var history = await data.Store.ReadAsync(data.Anna, view => view.Activities.Where(a => a.Kind == ActivityKind.Task).OrderBy(a => a.Id).Select(a => new { a.ActorName, a.Summary, a.Detail, a.DealId }).ToListAsync());
        Assert.Equal(["planned for Nov 24, 2026: Call back", "changed: Call back soon"], history.Select(h => h.Summary));
        Assert.Equal(("Anna Alvarez", 1), (history[1].ActorName, history[1].DealId));
        Assert.Equal(
            [
                new("title", "Call back", "Call back soon"), new("due_on", "Nov 24, 2026", "Dec 24, 2026"), new("due_at", null, "14:30"), new("owner", "Anna Alvarez", "Ben Brooks"),
                new("reminder", null, "Dec 24, 2026, 13:30"), new FieldEdit("note", null, "Ask for <b>Joe</b>"),
            ],
            FieldEdit.FromJson(history[1].Detail));
    }

    [Theory]
    [InlineData("", TaskKind.ToDo, "2026-11-24", 3, "Write what is to be done.")]
    [InlineData("Call", TaskKind.ToDo, null, 3, "Choose a day.")]
    [InlineData("Call", TaskKind.ToDo, "2226-11-24", 3, "Choose a day between the years 2000 and 2100.")]
    [InlineData("Call", TaskKind.ToDo, "2026-11-24", null, "Choose who does it.")]
    [InlineData("Call", TaskKind.ToDo, "2026-11-24", 99, "Choose a colleague from the list.")]
    public async Task WhatIsMissingIsSaidAndNothingIsWritten(string title, TaskKind kind, string? day, int? owner, string sentence)
    {
        await using var data = await TestDatabase.CreateAsync();
        var plan = new TaskPlan { Title = title, Kind = kind, DueOn = day is null ? null : DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), OwnerId = owner };

        Assert.Equal(sentence, (await Assert.ThrowsAsync<RuleException>(() => new PlanTask(null, plan).RunAsync(data.Store, data.Anna, Company))).Message);
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Tasks.CountAsync()));
    }

    [Fact]
    public void TitlesAndNotesHaveTheirLimits()
    {
        var long200 = new TaskPlan { Title = new('x', 201), DueOn = Today, OwnerId = 3, Note = new('y', 2_001) };

        Assert.Equal([("Title", "Shorten the title to 200 characters; it has 201."), ("Note", "Shorten the note to 2,000 characters; it has 2,001.")], long200.Check().Select(p => (p.Field, p.Sentence)));
        Assert.Empty((long200 with { Title = null, Kind = TaskKind.Call, Note = null }).Check());
    }

    [Fact]
    public async Task APlanOnARecordThatIsGoneIsRefused()
    {
        await using var data = await TestDatabase.CreateAsync();

        Assert.Equal("This deal is no longer there.", (await Assert.ThrowsAsync<RuleException>(() => PlanAsync(data, data.Anna, RecordRef.Deal(99)))).Message);
        await Assert.ThrowsAsync<AccessDeniedException>(() => PlanAsync(data, Actor.Visitor, null));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ATaskGivenToAColleagueRingsTheirBellAndOnesOwnDoesNot(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var deal = RecordRef.Deal(await data.AddDealAsync("Payroll for Acme"));
        await PlanAsync(data, data.Anna, deal);
        Assert.Empty(await BellsAsync(data));

        var task = await PlanAsync(data, data.Anna, deal, owner: 4);
        await new EditTask(task, 1, Plan("Call back", owner: 2)).RunAsync(data.Store, data.Ben, Company);
        await new EditTask(task, 2, Plan("Call back soon", owner: 2)).RunAsync(data.Store, data.Ben, Company);

        Assert.Equal([(4, NotificationKind.Assigned, "Anna Alvarez gave you a task: Call back (Payroll for Acme)", (int?)deal.Id), (2, NotificationKind.Assigned, "Ben Brooks gave you a task: Call back (Payroll for Acme)", deal.Id)],
            (await BellsAsync(data)).Select(n => (n.UserId, n.Kind, n.Text, n.DealId)));
    }

    private static TaskPlan Plan(string title, int owner, DateOnly? day = null, TimeOnly? time = null) => new() { Title = title, DueOn = day ?? Today, DueAt = time, OwnerId = owner };

    private static Task<int> PlanAsync(TestDatabase data, Actor who, RecordRef? about, string title = "Call back", DateOnly? day = null, TimeOnly? time = null, int? owner = null) =>
        new PlanTask(about, Plan(title, owner ?? who.UserId ?? 3, day, time)).RunAsync(data.Store, who, Company);

    private static Task<TaskItem> SingleAsync(TestDatabase data) => data.Store.ReadAsync(data.Anna, view => view.Tasks.SingleAsync());

    private static Task<Deal> DealAsync(TestDatabase data, int id) => data.Store.ReadAsync(data.Anna, view => view.Deals.SingleAsync(d => d.Id == id));

    private static Task<List<string>> HistoryAsync(TestDatabase data) => data.Store.ReadAsync(data.Anna, view => view.Activities.Where(a => a.Kind == ActivityKind.Task).OrderBy(a => a.Id).Select(a => a.Summary).ToListAsync());

    private static async Task<List<Notification>> BellsAsync(TestDatabase data)
    {
        var all = new List<Notification>();
        foreach (var person in new[] { data.Anna, data.Ben, data.Manager })
            all.AddRange(await data.Store.ReadAsync(person, view => view.Notifications.ToListAsync()));
        return [.. all.OrderBy(n => n.Id)];
    }
}
