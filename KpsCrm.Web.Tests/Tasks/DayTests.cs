using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Tasks;

public class DayTests
{
    private static readonly CompanyOptions Company = new();
    private static readonly DateOnly Today = new(2026, 11, 24);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADayHasItsPartsWithTrueCounts(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var days in new[] { -30, -1, 0, 1, 7, 8, 200 })
            await PlanAsync(data, 3, days, $"{days}");
        for (var i = 0; i < 25; i++)
            await PlanAsync(data, 3, 0, $"many {i}");
        await PlanAsync(data, 4, 0, "Ben’s");
        await new FinishTask(await PlanAsync(data, 3, -4, "done")).RunAsync(data.Store, data.Anna);

        var day = await AskAsync(data, 3);

        Assert.Equal(["-30", "-1"], Titles(day, DayPart.Overdue));
        Assert.Equal((26, 20), (day.In(DayPart.Today).Count, day.In(DayPart.Today).Rows.Count));
        Assert.Equal(["1", "7"], Titles(day, DayPart.Week));
        Assert.Equal(["8", "200"], Titles(day, DayPart.Later));
        Assert.Equal(["done"], Titles(day, DayPart.Done));
        Assert.Equal(27, (await AskAsync(data, null)).In(DayPart.Today).Count);
        Assert.Equal(26, (await AskAsync(data, 3, DayPart.Today)).In(DayPart.Today).Rows.Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealWithoutAnOpenTaskHasNoNextStep(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var small = await data.AddDealAsync("Small", 100_00, with: d => d.OwnerId = 3);
        var large = await data.AddDealAsync("Large", 900_00, with: d => d.OwnerId = 3);
        await data.AddDealAsync("Ben’s", 500_00, with: d => d.OwnerId = 4);
        var won = await data.AddDealAsync("Won", 500_00, with: d => d.OwnerId = 3);
        await new MoveDeal(won, DealStage.Proposal, DealStage.ClosedWon, Place.Top, 1, new Won(500_00, Today)).RunAsync(data.Store, data.Anna);
        var planned = await PlanAsync(data, 3, 5, "step", RecordRef.Deal(await data.AddDealAsync("Planned", with: d => d.OwnerId = 3)));

        Assert.Equal(["Large", "Small"], (await AskAsync(data, 3)).Stepless.Rows.Select(d => d.Title));
        Assert.Equal(3, (await AskAsync(data, null)).Stepless.Count);

        await new FinishTask(planned).RunAsync(data.Store, data.Anna);
        Assert.Equal(3, (await AskAsync(data, 3)).Stepless.Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ANewLeadWaitsFromTwoHoursOnUntilSomebodyAnswers(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync("Mine", "a@example.com", l => l.OwnerId = 3);
        await data.AddLeadAsync("Ben’s", "b@example.com", l => l.OwnerId = 4);
        var nobodys = await data.AddLeadAsync("Nobody’s", "c@example.com");
        data.Clock.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal(0, (await AskAsync(data, 3)).Waiting.Count);

        data.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["Mine", "Nobody’s"], (await AskAsync(data, 3)).Waiting.Rows.Select(l => l.Name).Order());
        Assert.Equal(3, (await AskAsync(data, null)).Waiting.Count);

        await new AddNote(RecordRef.Lead(nobodys), "wrote to them").RunAsync(data.Store, data.Ben);
        Assert.Equal(["Mine"], (await AskAsync(data, 3)).Waiting.Rows.Select(l => l.Name));
    }

    [Fact]
    public async Task TheDayTurnsAtTheCompanysMidnight()
    {
        await using var data = await TestDatabase.CreateAsync();
        await PlanAsync(data, 3, 0, "due");
        data.Clock.SetUtcNow(new(2026, 11, 25, 5, 59, 59, TimeSpan.Zero));
        Assert.Equal(["due"], Titles(await AskAsync(data, 3), DayPart.Today));

        data.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["due"], Titles(await AskAsync(data, 3), DayPart.Overdue));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task CardsShowTheEarliestOpenTask(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var deal = await data.AddDealAsync();
        var lead = await data.AddLeadAsync();
        await PlanAsync(data, 3, 9, "later", RecordRef.Deal(deal));
        await PlanAsync(data, 3, 1, "some time tomorrow", RecordRef.Deal(deal));
        var first = await PlanAsync(data, 4, 1, "tomorrow at nine", RecordRef.Deal(deal), new(9, 0));
        await PlanAsync(data, 3, -1, "call them", RecordRef.Lead(lead));

        Assert.Equal("tomorrow at nine", (await DealCardAsync(data)).Next?.Title);
        await new FinishTask(first).RunAsync(data.Store, data.Ben);
        Assert.Equal("some time tomorrow", (await DealCardAsync(data)).Next?.Title);
        var leads = await data.Store.ReadAsync(data.Anna, view => new LeadBoardQuestion(new Filter(), new Depths(Enumerable.Repeat(Depths.Step, 7))).AskAsync(view, TestContext.Current.CancellationToken));
        Assert.Equal(NextState.Late, Due.StateOf(leads.Find(lead)!.Next?.DueOn, Today));
    }

    [Theory]
    [InlineData(-2, null, NextState.Late, "2 d overdue")]
    [InlineData(-1, "09:30", NextState.Late, "yesterday 09:30")]
    [InlineData(0, "14:30", NextState.Today, "today 14:30")]
    [InlineData(1, null, NextState.Later, "tomorrow")]
    [InlineData(3, null, NextState.Later, "Fri")]
    [InlineData(30, null, NextState.Later, "Dec 24")]
    [InlineData(60, null, NextState.Later, "Jan 23, 2027")]
    public void DaysAreSaidAsPeopleSayThem(int days, string? time, NextState state, string words)
    {
        var day = Today.AddDays(days);
        Assert.Equal((state, words), (Due.StateOf(day, Today), Due.Say(day, time is null ? null : TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Today)));
    }

    private static string[] Titles(DayAnswer day, DayPart part) => [.. day.In(part).Rows.Select(t => t.Title)];

    private static async Task<Card> DealCardAsync(TestDatabase data) =>
        (await data.Store.ReadAsync(data.Anna, view => new DealBoardQuestion(new Filter(), new Depths(Enumerable.Repeat(Depths.Step, 5)), Today).AskAsync(view, TestContext.Current.CancellationToken))).Cards.Single();

    private static Task<DayAnswer> AskAsync(TestDatabase data, int? owner, DayPart? all = null) =>
        data.Store.ReadAsync(data.Anna, view => new TasksQuestion(owner, Company.DayOf(view.Now), all, Company).AskAsync(view, TestContext.Current.CancellationToken));

    private static Task<int> PlanAsync(TestDatabase data, int owner, int days, string title, RecordRef? about = null, TimeOnly? time = null) =>
        new PlanTask(about, new() { Title = title, DueOn = Today.AddDays(days), DueAt = time, OwnerId = owner }).RunAsync(data.Store, data.Anna, Company);
}
