using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public class SampleDataTests
{
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryStageAndEveryChartHasContent(DatabaseProvider provider)
    {
        await using var data = await SampleAsync(provider);
        var (leads, clients, deals) = await ReadAsync(data);
        var today = Company.DayOf(data.Clock.GetUtcNow().UtcDateTime);

        Assert.InRange(leads.Count, 55, 66);
        Assert.InRange(clients.Count, 22, 30);
        Assert.InRange(deals.Count, 42, 52);
        Assert.Equal(Enum.GetValues<LeadStatus>(), leads.Select(l => l.Status).Distinct().Order());
        Assert.Equal(Enum.GetValues<Priority>().Skip(1), leads.Select(l => l.Priority).Distinct().Order());
        Assert.Equal(Enum.GetValues<DealStage>(), deals.Select(d => d.Stage).Distinct().Order());
        Assert.Equal(Enum.GetValues<ClientStatus>(), clients.Select(c => c.Status).Distinct().Order());
        Assert.True(leads.Select(l => l.Source).Distinct().Count() >= 6);
        Assert.True(leads.Select(l => l.City).Distinct().Count() >= 8);

        var open = deals.Where(d => d.Stage <= DealStage.Review).ToList();
        Assert.All(deals.Where(d => d.Stage == DealStage.ClosedLost), d => Assert.NotNull(d.LostReason));
        Assert.Contains(open, d => d.OwnerId is null);
        Assert.True(open.Count(d => d.LastActivityAt < data.Clock.GetUtcNow().UtcDateTime.AddDays(-14)) >= 3, "idle deals");
        Assert.True(open.Count(d => d.ExpectedCloseDate < today) >= 3, "overdue deals");
        Assert.True(open.Count(d => d.ExpectedCloseDate >= today && d.ExpectedCloseDate <= today.AddDays(7)) >= 3, "deals due soon");

        for (var month = 0; month < 12; month++)
        {
            var first = new DateOnly(today.Year, today.Month, 1).AddMonths(-month);
            Assert.Contains(leads, l => Company.DayOf(l.CreatedAt) is var day && day >= first && day < first.AddMonths(1));
            Assert.Contains(deals, d => d.Stage == DealStage.ClosedWon && d.AmountCents > 0 && d.ActualCloseDate >= first && d.ActualCloseDate < first.AddMonths(1));
        }
    }

    [Theory]
    [InlineData("2026-11-01T05:00:00Z")] // midnight in Chicago, the day summer time ends
    [InlineData("2027-03-01T06:00:01Z")]
    [InlineData("2028-02-29T23:59:59Z")]
    [InlineData("2027-01-01T06:30:00Z")]
    public void NothingLiesAheadAndTheMonthHasContentFromItsFirstMinute(string now)
    {
        var time = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
        var firm = new SampleFirm(SampleTeam.WithoutLogins, Company.DayOf(time), Company.Zone);

        Assert.All(firm.Leads, l => Assert.True(l.CreatedAt <= time && l.LastActivityAt <= time && l.CreatedAt <= l.LastActivityAt));
        Assert.All(firm.Deals, d => Assert.True(d.CreatedAt <= time && d.LastActivityAt <= time && d.CreatedAt <= d.LastActivityAt));
        Assert.All(firm.Activities, a => Assert.True(a.At <= time));
        Assert.All(SampleContacts.Visits(firm), e => Assert.True(e.CreatedAt <= time));
        var day = Company.DayOf(time);
        var month = new DateOnly(day.Year, day.Month, 1);
        Assert.Contains(firm.Leads, l => Company.DayOf(l.CreatedAt) >= month);
        Assert.Contains(firm.Deals, d => d.Stage == DealStage.ClosedWon && d.ActualCloseDate >= month);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheDocumentedRowsAreThere(DatabaseProvider provider)
    {
        await using var data = await SampleAsync(provider);
        var (leads, clients, deals) = await ReadAsync(data);

        Assert.Contains(leads, l => l is { Name: "Acme Corporation", Service: "QuickBooks Setup", City: "Dallas", State: "TX", BudgetCents: 2_500_00, Status: LeadStatus.New, Priority: Priority.High, Source: "website", ValueCents: 3_500_00 });
        Assert.Contains(leads, l => l is { Name: "Tech Solutions Inc", Service: "Monthly Bookkeeping", City: "Austin", BudgetCents: 5_000_00, Status: LeadStatus.Qualified, Priority: Priority.Medium, Source: "referral", ValueCents: 7_500_00 });
        Assert.Contains(leads, l => l is { Name: "Local Restaurant Group", Service: "Payroll Services", City: "Houston", BudgetCents: 1_500_00, Status: LeadStatus.Contacted, Priority: Priority.Urgent, Source: "social_media", ValueCents: 2_200_00 });
        var plant = Assert.Single(clients, c => c is { Name: "Manufacturing Plus", TotalValueCents: 15_600_00, Status: ClientStatus.Active });
        var provided = Assert.Single(clients, c => c is { Name: "Service Provider Co", TotalValueCents: 9_800_00, Status: ClientStatus.Active });
        Assert.Contains(deals, d => d is { Title: "QuickBooks Enterprise Setup", AmountCents: 8_500_00, Stage: DealStage.Proposal, Probability: 80 } && d.ClientId == plant.Id);
        Assert.Contains(deals, d => d is { Title: "Annual Tax Preparation", AmountCents: 3_200_00, Stage: DealStage.Negotiation, Probability: 90 } && d.ClientId == provided.Id);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheBooksAgreeWithThemselves(DatabaseProvider provider)
    {
        await using var data = await SampleAsync(provider);
        var (leads, clients, deals) = await ReadAsync(data);
        var moves = await data.Store.ReadAsync(Actor.System, view => view.Activities.Where(a => a.Kind == ActivityKind.Moved).OrderBy(a => a.At).ThenBy(a => a.Id).ToListAsync());

        Assert.All(clients, c => Assert.Equal(c.ElsewhereCents + deals.Where(d => d.ClientId == c.Id && d.Stage == DealStage.ClosedWon).Sum(d => d.AmountCents), c.TotalValueCents));
        Assert.All(leads.GroupBy(l => l.Status), column => Assert.Equal(column.Count(), column.Select(l => l.Rank).Distinct().Count()));
        Assert.All(deals.GroupBy(d => d.Stage), column => Assert.Equal(column.Count(), column.Select(d => d.Rank).Distinct().Count()));
        Assert.All(deals, d => Assert.Equal(Columns.Word(d.Stage), moves.LastOrDefault(m => m.DealId == d.Id)?.ToStage ?? "proposal"));
        Assert.All(leads, l => Assert.Equal(Columns.Word(l.Status), moves.LastOrDefault(m => m.LeadId == l.Id)?.ToStage ?? "new"));
        Assert.All(leads.Where(l => l.Status == LeadStatus.Won), l => Assert.Contains(clients, c => c.LeadId == l.Id));
    }

    [Fact]
    public async Task TheSameDayGivesTheSameRows()
    {
        await using var one = await SampleAsync(DatabaseProvider.Sqlite);
        await using var other = await TestDatabase.CreateAsync();
        other.Clock.Advance(TimeSpan.FromHours(7));
        await AddAsync(other);

        Assert.Equal(await DumpAsync(one), await DumpAsync(other));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ItIsAddedToAnEmptyDatabaseOnly(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync();

        Assert.False(await AddAsync(data));
        Assert.Equal(1, await data.Store.ReadAsync(data.Anna, view => view.Leads.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task RemovingItLeavesExactlyWhatPeopleAdded(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await AddAsync(data);
        var lead = await data.AddLeadAsync();
        var client = new Client { Name = "Own", Email = "own@example.com", ElsewhereCents = 10_00, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        var deal = await data.AddDealAsync(client: client);
        await data.Store.WriteAsync(data.Anna, async db =>
        {
            var own = await db.Deals.SingleAsync(d => d.Id == deal);
            db.Activities.Add(own.MoveTo(DealStage.ClosedWon, "i", data.Anna, db.Now, new Won(500_00, new DateOnly(2026, 11, 24)))!);
            var sample = await db.Deals.FirstAsync(d => d.IsSample && d.Stage == DealStage.Proposal);
            db.Activities.Add(sample.MoveTo(DealStage.Review, "i", data.Anna, db.Now)!);
        });

        var removal = await Sample(data).RemoveAsync(data.Admin);

        var (leads, clients, deals) = await ReadAsync(data);
        Assert.Equal(0, removal.Kept);
        Assert.Equal([lead], leads.Select(l => l.Id));
        Assert.Equal([(client.Id, 510_00L)], clients.Select(c => (c.Id, c.TotalValueCents)));
        Assert.Equal([deal], deals.Select(d => d.Id));
        Assert.Equal([deal], await data.Store.ReadAsync(data.Anna, view => view.Activities.Select(a => a.DealId!.Value).ToListAsync()));
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.AnalyticsEvents.CountAsync()));
        Assert.False(await Sample(data).AnyAsync(data.Anna));
        Assert.Equal(4, await data.Store.ReadAsync(data.Anna, view => view.People.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ASampleClientWithAnOwnDealAndASampleLeadWhoReallyWroteStay(DatabaseProvider provider)
    {
        await using var data = await SampleAsync(provider);
        var (client, sampleWon) = await data.Store.ReadAsync(data.Anna, async view =>
        {
            var won = await view.Deals.FirstAsync(d => d.Stage == DealStage.ClosedWon && d.ClientId != null);
            return (won.ClientId!.Value, won.AmountCents);
        });
        var leadId = await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Status == LeadStatus.New).Select(l => l.Id).FirstAsync());
        var deal = await data.AddDealAsync(with: d => d.ClientId = client);
        await data.Store.WriteAsync(Actor.Visitor, db => Task.FromResult(db.Activities.Add(
            new Activity { Kind = ActivityKind.Enquiry, LeadId = leadId, ActorName = "Website visitor", Summary = "asked about payroll", At = db.Now })));

        var removal = await Sample(data).RemoveAsync(data.Admin);

        var (leads, clients, deals) = await ReadAsync(data);
        Assert.Equal(2, removal.Kept);
        Assert.Equal([leadId], leads.Select(l => l.Id));
        Assert.Equal([client], clients.Select(c => c.Id));
        Assert.Equal([deal], deals.Select(d => d.Id));
        Assert.True(sampleWon > 0);
        Assert.Equal(clients[0].ElsewhereCents, clients[0].TotalValueCents);
        Assert.False(await Sample(data).AnyAsync(data.Anna));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AfterwardsTheDatabaseIsAsIfItHadNeverBeenThere(DatabaseProvider provider)
    {
        await using var data = await SampleAsync(provider);
        await using var never = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Anna, async db =>
        {
            // What trying the program does to sample rows goes with them.
            var deal = await db.Deals.FirstAsync(d => d.Stage == DealStage.Proposal && d.ClientId != null);
            db.Tasks.Add(new() { Title = "Sample", DealId = deal.Id, IsSample = true });
            db.Notifications.Add(new() { UserId = data.Ben.UserId!.Value, Text = "Anna gave you a deal", DealId = deal.Id, At = db.Now });
        });
        var client = await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.Id).FirstAsync());
        await new DeleteRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Anna);
        await new DeleteRecord(ItemRef.Lead(1)).RunAsync(data.Store, data.Anna);
        foreach (var each in new[] { data, never })
        {
            await each.AddLeadAsync();
            await each.AddDealAsync(client: new Client { Name = "Own", Email = "own@example.com", ElsewhereCents = 5_00, JoinedAt = each.Clock.GetUtcNow().UtcDateTime });
        }

        Assert.Equal(0, (await Sample(data).RemoveAsync(data.Admin)).Kept);

        Assert.Equal(await CountsAsync(never), await CountsAsync(data));
        Assert.Equal((await ReadAsync(never)).Clients.Select(c => (c.Name, c.TotalValueCents)), (await ReadAsync(data)).Clients.Select(c => (c.Name, c.TotalValueCents)));
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    [Fact]
    public async Task ASampleRecordStaysWithTheFilesAndTasksThatPeoplePutOnIt()
    {
        await using var data = await SampleAsync(DatabaseProvider.Sqlite);
        var deal = await data.Store.ReadAsync(data.Anna, view => view.Deals.Where(d => d.ClientId != null).Select(d => new { d.Id, d.Title, Client = d.Client!.Name }).FirstAsync());
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Tasks.Add(new() { Title = "Mine", LeadId = 1 })));
        await new AddFile(data.Provided.GetRequiredService<FileStore>(), data.Store).RunAsync(data.Anna, ItemRef.Deal(deal.Id), "a.txt", new MemoryStream("x"u8.ToArray()));

        var removal = await Sample(data).RemoveAsync(data.Admin);

        Assert.Equal([("Acme Corporation", "has a task of yours"), (deal.Client, "has a deal of yours"), (deal.Title, "has a file of yours")], removal.KeptRows.Select(k => (k.Name, k.Why)));
        Assert.Equal((1, 1, 1), await data.Store.ReadAsync(data.Anna, async view => (await view.Leads.CountAsync(), await view.Clients.CountAsync(), await view.Deals.CountAsync())));
        Assert.False(await Sample(data).AnyAsync(data.Anna));
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    [Fact]
    public async Task OnlyAnAdminRemovesIt()
    {
        await using var data = await SampleAsync(DatabaseProvider.Sqlite);
        await Assert.ThrowsAsync<AccessDeniedException>(() => Sample(data).RemoveAsync(data.Manager));
    }

    private static SampleData Sample(TestDatabase data) => data.Provided.GetRequiredService<SampleData>();

    private static Task<bool> AddAsync(TestDatabase data) => Sample(data).AddIfEmptyAsync(new SampleTeam(data.Manager, data.Anna, data.Ben), Company.Zone);

    private static async Task<TestDatabase> SampleAsync(DatabaseProvider provider)
    {
        var data = await TestDatabase.CreateAsync(provider);
        Assert.True(await AddAsync(data));
        return data;
    }

    private static Task<(List<Lead> Leads, List<Client> Clients, List<Deal> Deals)> ReadAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, async view =>
        (await view.Leads.ToListAsync(), await view.Clients.ToListAsync(), await view.Deals.ToListAsync()));

    /// <summary>Rows per table, the recycle bin included.</summary>
    private static Task<int[]> CountsAsync(TestDatabase data) => data.Store.WriteAsync(Actor.System, async db => new[]
    {
        await db.Leads.IgnoreQueryFilters().CountAsync(), await db.Clients.IgnoreQueryFilters().CountAsync(), await db.Deals.IgnoreQueryFilters().CountAsync(), await db.Tasks.IgnoreQueryFilters().CountAsync(),
        await db.Activities.CountAsync(), await db.AnalyticsEvents.CountAsync(), await db.OutgoingMails.CountAsync(), await db.Notifications.CountAsync(), await db.Attachments.IgnoreQueryFilters().CountAsync(), await db.SecurityLogs.CountAsync(),
    });

    private static async Task<string> DumpAsync(TestDatabase data)
    {
        var (leads, clients, deals) = await ReadAsync(data);
        var activities = await data.Store.ReadAsync(Actor.System, view => view.Activities.OrderBy(a => a.Id).ToListAsync());
        var events = await data.Store.ReadAsync(Actor.System, view => view.AnalyticsEvents.OrderBy(e => e.Id).ToListAsync());
        return System.Text.Json.JsonSerializer.Serialize(new { leads, clients, deals, activities, events });
    }
}
