using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Dashboard;

/// <summary>The KPIs against rows made by hand. The clock says November 24, 2026, 06:00 in Chicago.</summary>
public sealed class KpiTests
{
    private static readonly CompanyOptions Chicago = new();
    private static readonly DateOnly Today = new(2026, 11, 24);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryFigureFollowsItsDefinition(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await LeadAsync(data, daysAgo: 0, "website", "Dallas", 3_000_00);
        await LeadAsync(data, daysAgo: 29, "referral", "Dallas", 5_000_00);
        await LeadAsync(data, daysAgo: 30, "website", null, 1_000_00);
        await LeadAsync(data, daysAgo: 500, "google", "Austin", 1_000_00);
        await ClientAsync(data, ClientStatus.Active, daysAgo: 3);
        await ClientAsync(data, ClientStatus.Inactive, daysAgo: 3);
        await DealAsync(data, DealStage.Proposal, 8_500_00, probability: 80);
        await DealAsync(data, DealStage.Negotiation, 3_200_00, probability: 90);
        await DealAsync(data, DealStage.ClosedWon, 1_000_50, closed: Today.AddDays(-2));
        await DealAsync(data, DealStage.ClosedWon, 2_000_00, closed: Today.AddDays(-400));
        await DealAsync(data, DealStage.ClosedLost, 9_000_00, closed: Today.AddDays(-2));

        var figures = await AskAsync(data, Period.Default);

        Assert.Equal(4, figures.TotalLeads.Value);
        Assert.Equal(2, figures.MonthlyLeads.Value);
        Assert.Equal(1, figures.MonthlyLeads.Before);
        Assert.Equal(2, figures.TotalLeads.Before);
        Assert.Equal(1, figures.TotalClients.Value);
        Assert.Equal(0, figures.TotalClients.Before);
        Assert.Equal(25.0m, figures.ConversionRate.Value);
        Assert.Equal(3_000_50, figures.Revenue.Value);
        Assert.Equal(2_000_00, figures.Revenue.Before);
        Assert.Equal(11_700_00, figures.Pipeline.Value);
        Assert.Equal(8_500_00 * 80 / 100 + 3_200_00 * 90 / 100, figures.WeightedCents);
        Assert.Equal(50.0m, figures.WinRate);
        Assert.Equal(1_000_50, figures.AverageWonCents);
        Assert.Equal([new Share("website", 2), new Share("referral", 1)], figures.Sources);
        Assert.Equal([new Share("Dallas", 2), new Share(null, 1)], figures.Cities);
        Assert.Equal([(DealStage.Proposal, 1), (DealStage.Negotiation, 1), (DealStage.Review, 0), (DealStage.ClosedWon, 1), (DealStage.ClosedLost, 1)], figures.Stages.Select(s => (s.Stage, s.Count)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ALeadAtThreeInTheMorningUtcOnTheFirstBelongsToTheMonthBeforeInChicago(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync(with: null, name: "Late");
        await AddAtAsync(data, new DateTime(2026, 11, 1, 3, 0, 0, DateTimeKind.Utc));
        // The clock went back that night: November begins at 05:00 UTC, still on summer time.
        await AddAtAsync(data, new DateTime(2026, 11, 1, 5, 0, 0, DateTimeKind.Utc));
        // And December, past the change, at 06:00 UTC.
        await AddAtAsync(data, new DateTime(2025, 12, 1, 5, 59, 59, DateTimeKind.Utc));
        await AddAtAsync(data, new DateTime(2025, 12, 1, 6, 0, 0, DateTimeKind.Utc));

        var months = (await AskAsync(data, Period.Default)).Trends.ToDictionary(t => t.Bucket.LongLabel, t => t.Leads);

        Assert.Equal(1, months["October 2026"]);
        Assert.Equal(2, months["November 2026"]);
        Assert.Equal(1, months["December 2025"]);
    }

    [Fact]
    public async Task MonthsWithoutRowsStayInThePicture()
    {
        await using var data = await TestDatabase.CreateAsync();

        var figures = await AskAsync(data, Period.Default);

        Assert.True(figures.IsEmpty);
        Assert.Equal(12, figures.Trends.Count);
        Assert.Equal(12, figures.RevenueByMonth.Count);
        Assert.Equal("December 2025", figures.Trends[0].Bucket.LongLabel);
        Assert.Equal("November 2026", figures.Trends[^1].Bucket.LongLabel);
        Assert.All(figures.Trends, t => Assert.Equal(0, t.Leads));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AChosenRangeIsComparedWithThePeriodOfEqualLengthBeforeIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var daysAgo in new[] { 0, 6, 7, 13, 13, 14 })
            await LeadAsync(data, daysAgo, "website", null, 0);

        var figures = await AskAsync(data, new Period("7d"));

        Assert.Equal(2, figures.TotalLeads.Value);
        Assert.Equal(3, figures.TotalLeads.Before);
        Assert.Equal(6, figures.TotalLeads.All);
        Assert.Equal(6, figures.MonthlyLeads.Value);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ThePipelineOfEarlierDaysIsReckonedFromWhatWasOpenedAndClosedSince(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await DealAsync(data, DealStage.Proposal, 100_00, createdDaysAgo: 100);
        await DealAsync(data, DealStage.Proposal, 40_00, createdDaysAgo: 1);
        await DealAsync(data, DealStage.ClosedWon, 7_00, closed: Today.AddDays(-1), createdDaysAgo: 100);

        var figures = await AskAsync(data, Period.Default);

        Assert.Equal(140_00, figures.Pipeline.Value);
        Assert.Equal(107_00, figures.Pipeline.Before);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task DaysFromLeadToWonAreTheMedian(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var days in new[] { 3, 10, 200 })
        {
            var lead = await LeadAsync(data, daysAgo: days, "website", null, 0);
            await DealAsync(data, DealStage.ClosedWon, 1_00, closed: Today, leadId: lead);
        }

        Assert.Equal(10, (await AskAsync(data, Period.Default)).MedianDaysToWon);
    }

    [Theory]
    [InlineData(112, 100, '↑', "12% more")]
    [InlineData(50, 100, '↓', "50% less")]
    [InlineData(5, 0, '↑', "Up from none")]
    [InlineData(7, 7, '→', "As many")]
    [InlineData(1_900, 100, '↑', "19 times")]
    public void AChangeIsSaidWithAnArrowAndAWord(int now, int before, char arrow, string word)
    {
        var change = Change.Of(now, before, "30 days ago")!;

        Assert.Equal((arrow, word), (change.Arrow, change.Amount));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnOwnerNarrowsEveryFigureToTheirOwn(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var (owner, times) in new[] { (data.Anna.UserId, 1), (data.Ben.UserId, 2), (null, 4) })
        {
            for (var i = 0; i < times; i++)
            {
                await AddAtAsync(data, data.Clock.GetUtcNow().UtcDateTime, l => (l.OwnerId, l.Source, l.City) = (owner, $"source {owner}", $"City {owner}"));
                var client = new Client { Name = "Plus", Email = "plus@example.com", OwnerId = owner, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
                await data.AddDealAsync("Open", 1_000_00, client, d => d.OwnerId = owner);
                await data.Store.WriteAsync(data.Anna, db =>
                {
                    var won = new Deal { Title = "Won", AmountCents = 500_00, OwnerId = owner, CreatedAt = db.Now };
                    db.Add(won.MoveTo(DealStage.ClosedWon, won.Rank, data.Anna, db.Now, new Won(500_00, Today))!);
                    return Task.FromResult(db.Deals.Add(won));
                });
            }
        }

        foreach (var period in new[] { Period.Default, Period.All, Period.FromQuery("30d", null, null) })
        {
            foreach (var (owner, times) in new[] { (data.Anna.UserId, 1), (data.Ben.UserId, 2), (null, 7) })
            {
                var figures = await AskAsync(data, period, owner);
                Assert.Equal((times, times, times, times * 500_00m, times * 1_000_00m), (figures.TotalLeads.Value, figures.MonthlyLeads.Value, figures.TotalClients.Value, figures.Revenue.Value, figures.Pipeline.Value));
            }
        }
        Assert.Equal(["source 3"], (await AskAsync(data, Period.All, data.Anna.UserId)).Sources.Select(s => s.Name));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task NoRangeInAnAddressBreaksTheDashboard(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await LeadAsync(data, daysAgo: 3, "website", "Dallas", 1_00);

        foreach (var (range, from, to) in new (string?, string?, string?)[] { (null, "0001-01-01", "9999-12-31"), (null, "1970-01-01", "2100-12-31"), (null, "2100-12-31", null), (null, null, "1970-01-01"), (null, "2026-02-30", "x"), ("forever", null, null) })
            Assert.Equal(1, (await AskAsync(data, Period.FromQuery(range, from, to))).TotalLeads.All);
    }

    internal static Task<DashboardFigures> AskAsync(TestDatabase data, Period period, int? owner = null) =>
        data.Store.ReadAsync(data.Anna, view => new DashboardQuestion(period, owner, Chicago).AskAsync(view, CancellationToken.None));

    private static Task<int> LeadAsync(TestDatabase data, int daysAgo, string source, string? city, long cents) =>
        AddAtAsync(data, Chicago.StartOf(Today.AddDays(-daysAgo)).AddHours(1), l => (l.Source, l.City, l.ValueCents) = (source, city, cents));

    private static async Task<int> AddAtAsync(TestDatabase data, DateTime at, Action<Lead>? with = null)
    {
        var lead = new Lead { Name = "Ana", Email = "ana@example.com", CreatedAt = at };
        with?.Invoke(lead);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(lead)));
        return lead.Id;
    }

    private static Task ClientAsync(TestDatabase data, ClientStatus status, int daysAgo) => data.Store.WriteAsync(data.Anna, db =>
        Task.FromResult(db.Clients.Add(new Client { Name = "Plus", Email = "plus@example.com", Status = status, JoinedAt = Chicago.StartOf(Today.AddDays(-daysAgo)).AddHours(1) })));

    private static Task DealAsync(TestDatabase data, DealStage stage, long cents, int? probability = null, DateOnly? closed = null, int createdDaysAgo = 0, int? leadId = null) => data.Store.WriteAsync(data.Anna, db =>
    {
        var deal = new Deal { Title = "Books", AmountCents = cents, LeadId = leadId, CreatedAt = Chicago.StartOf(Today.AddDays(-createdDaysAgo)).AddHours(1) };
        if (closed is { } on)
            db.Add(deal.MoveTo(stage, deal.Rank, data.Anna, db.Now, stage == DealStage.ClosedWon ? new Won(cents, on) : new Lost("Price", null, on))!);
        else if (stage != DealStage.Proposal)
            db.Add(deal.MoveTo(stage, deal.Rank, data.Anna, db.Now)!);
        deal.Probability = probability ?? deal.Probability;
        return Task.FromResult(db.Deals.Add(deal));
    });
}
