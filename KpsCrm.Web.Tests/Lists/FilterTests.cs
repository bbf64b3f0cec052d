using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Lists;

/// <summary>Each filter alone, against a rule written a second time by hand.</summary>
public class FilterTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly DateTime Now = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EachFilterOfLeadsNarrowsToWhatItSays(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.AddAsync(data);
        var open = (Lead l) => l.Status is not (LeadStatus.Won or LeadStatus.Lost);
        var due = firm.Tasks.Where(t => t.LeadId != null && t.DoneAt == null).ToLookup(t => t.LeadId!.Value, t => t.DueOn);
        var day = (Lead l) => Firm.Company.DayOf(l.CreatedAt);

        foreach (var (query, rule) in new (string, Func<Lead, bool>)[]
        {
            ("status=new", l => l.Status == LeadStatus.New),
            ("status=new,won", l => l.Status is LeadStatus.New or LeadStatus.Won),
            ("status=new&status=won", l => l.Status is LeadStatus.New or LeadStatus.Won),
            ("status=open", open), ("status=closed", l => !open(l)), ("status=closed,new", l => !open(l) || l.Status == LeadStatus.New),
            ("owner=me", l => l.OwnerId == data.Anna.UserId), ("owner=4", l => l.OwnerId == 4), ("owner=none", l => l.OwnerId is null),
            ("priority=high,urgent", l => l.Priority >= Priority.High),
            ("source=google", l => l.Source == "google"), ("source=google|website", l => l.Source is "google" or "website"), ("source=-", l => l.Source == ""),
            ("source_not=google|website", l => l.Source is not ("google" or "website")),
            ("service=Tax", l => l.Service == "Tax"), ("service=-", l => string.IsNullOrEmpty(l.Service)), ("service=-|Tax", l => l.Service != "Payroll"), ("service_not=Tax", l => l.Service == "Payroll"),
            ("city=Dallas|Austin", l => l.City is "Dallas" or "Austin"), ("city=-", l => string.IsNullOrEmpty(l.City)), ("city_not=Dallas", l => l.City == "Austin"),
            ("from=2026-11-10&to=2026-11-20", l => day(l) >= new DateOnly(2026, 11, 10) && day(l) <= new DateOnly(2026, 11, 20)),
            ("created=today", l => day(l) == Today), ("created=yesterday", l => day(l) == Today.AddDays(-1)),
            ("created=this-week", l => day(l) >= new DateOnly(2026, 11, 23) && day(l) <= new DateOnly(2026, 11, 29)),
            ("created=last-week", l => day(l) >= new DateOnly(2026, 11, 16) && day(l) <= new DateOnly(2026, 11, 22)),
            ("created=this-month", l => day(l) is { Year: 2026, Month: 11 }), ("created=last-month", l => day(l) is { Year: 2026, Month: 10 }),
            ("created=this-month&from=2026-11-20", l => day(l) >= new DateOnly(2026, 11, 20)),
            ("value_min=5000", l => l.ValueCents >= 5_000_00), ("value_min=1250.5&value_max=5%2C002", l => l.ValueCents is >= 1_250_50 and <= 5_002_00), ("value_min=9000&value_max=5000", l => l.ValueCents is >= 5_000_00 and <= 9_000_00),
            ("idle=14", l => open(l) && l.LastActivityAt <= Now.AddDays(-14)), ("idle=14&status=lost", l => l.Status == LeadStatus.Lost && l.LastActivityAt <= Now.AddDays(-14)),
            ("next=none", l => open(l) && !due[l.Id].Any()), ("next=none&status=won", l => l.Status == LeadStatus.Won && !due[l.Id].Any()),
            ("next=overdue", l => open(l) && due[l.Id].Any(d => d < Today)), ("next=today", l => open(l) && due[l.Id].Any() && due[l.Id].Min() == Today), ("next=later", l => open(l) && due[l.Id].Any() && due[l.Id].Min() > Today),
        })
        {
            var filter = LeadFilter.Of(new("?" + query), data.Anna.UserId);
            var found = await data.Store.ReadAsync(data.Anna, view => filter.Apply(view.Leads, FilterContext.Of(view, Firm.Company)).Select(l => l.Id).Order().ToListAsync());
            var expected = firm.Leads.Where(rule).Select(l => l.Id).Order().ToList();
            Assert.True(expected.Count is > 0 and < 42, $"{query} tells nothing apart");
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', found)));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EachFilterOfDealsNarrowsToWhatItSays(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.AddAsync(data);
        var open = (Deal d) => d.Stage is not (DealStage.ClosedWon or DealStage.ClosedLost);
        var due = firm.Tasks.Where(t => t.DealId != null && t.DoneAt == null).ToLookup(t => t.DealId!.Value, t => t.DueOn);

        foreach (var (query, rule) in new (string, Func<Deal, bool>)[]
        {
            ("stage=open", open), ("stage=closed", d => !open(d)), ("stage=closed_won", d => d.Stage == DealStage.ClosedWon), ("stage=proposal,closed_lost", d => d.Stage is DealStage.Proposal or DealStage.ClosedLost),
            ("owner=me", d => d.OwnerId == data.Anna.UserId), ("owner=none", d => d.OwnerId is null),
            ("expected=overdue", d => open(d) && d.ExpectedCloseDate < Today), ("expected=overdue&stage=closed_won", d => d.Stage == DealStage.ClosedWon && d.ExpectedCloseDate < Today),
            ("expected=today", d => d.ExpectedCloseDate == Today), ("expected=this-week", d => d.ExpectedCloseDate is { } day && day >= new DateOnly(2026, 11, 23) && day <= new DateOnly(2026, 11, 29)),
            ("expected=next-week", d => d.ExpectedCloseDate is { } day && day >= new DateOnly(2026, 11, 30) && day <= new DateOnly(2026, 12, 6)),
            ("expected=next-month", d => d.ExpectedCloseDate is { Year: 2026, Month: 12 }), ("expected=none", d => d.ExpectedCloseDate is null),
            ("expected_from=2026-11-20&expected_to=2026-11-25", d => d.ExpectedCloseDate is { } day && day >= new DateOnly(2026, 11, 20) && day <= new DateOnly(2026, 11, 25)),
            ("closed=last-month", d => d.ActualCloseDate is { Year: 2026, Month: 10 }), ("closed_from=2026-11-01", d => d.ActualCloseDate >= new DateOnly(2026, 11, 1)), ("closed_to=2026-10-31", d => d.ActualCloseDate <= new DateOnly(2026, 10, 31)),
            ("from=2026-11-10", d => Firm.Company.DayOf(d.CreatedAt) >= new DateOnly(2026, 11, 10)), ("created=this-month", d => Firm.Company.DayOf(d.CreatedAt) is { Year: 2026, Month: 11 }),
            ("amount_min=5000", d => d.AmountCents >= 5_000_00), ("amount_max=$5,000", d => d.AmountCents <= 5_000_00),
            ("idle=30", d => open(d) && d.LastActivityAt <= Now.AddDays(-30)),
            ("next=none", d => open(d) && !due[d.Id].Any()), ("next=overdue", d => open(d) && due[d.Id].Any(x => x < Today)), ("next=today", d => open(d) && due[d.Id].Any() && due[d.Id].Min() == Today),
        })
        {
            var filter = DealFilter.Of(new("?" + query), data.Anna.UserId);
            var found = await data.Store.ReadAsync(data.Anna, view => filter.Apply(view.Deals, FilterContext.Of(view, Firm.Company)).Select(d => d.Id).Order().ToListAsync());
            var expected = firm.Deals.Where(rule).Select(d => d.Id).Order().ToList();
            Assert.True(expected.Count is > 0 and < 42, $"{query} tells nothing apart");
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', found)));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EachFilterOfClientsNarrowsToWhatItSays(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.AddAsync(data);
        var due = firm.Tasks.Where(t => t.ClientId != null && t.DoneAt == null).ToLookup(t => t.ClientId!.Value, t => t.DueOn);

        foreach (var (query, rule) in new (string, Func<Client, bool>)[]
        {
            ("status=inactive", c => c.Status == ClientStatus.Inactive), ("owner=4", c => c.OwnerId == 4), ("owner=none", c => c.OwnerId is null),
            ("joined=last-month", c => Firm.Company.DayOf(c.JoinedAt) is { Year: 2026, Month: 10 }), ("to=2026-11-01", c => Firm.Company.DayOf(c.JoinedAt) <= new DateOnly(2026, 11, 1)),
            ("value_min=5000", c => c.TotalValueCents >= 5_000_00), ("idle=14", c => c.LastActivityAt <= Now.AddDays(-14)),
            ("next=none", c => !due[c.Id].Any()), ("next=overdue", c => due[c.Id].Any(x => x < Today)), ("next=later", c => due[c.Id].Any() && due[c.Id].Min() > Today),
        })
        {
            var filter = ClientFilter.Of(new("?" + query), data.Anna.UserId);
            var found = await data.Store.ReadAsync(data.Anna, view => filter.Apply(view.Clients, FilterContext.Of(view, Firm.Company)).Select(c => c.Id).Order().ToListAsync());
            var expected = firm.Clients.Where(rule).Select(c => c.Id).Order().ToList();
            Assert.True(expected.Count is > 0 and < 42, $"{query} tells nothing apart");
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', found)));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ARowShowsItsEarliestOpenTask(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.AddAsync(data);
        var due = firm.Tasks.Where(t => t.LeadId != null && t.DoneAt == null).ToLookup(t => t.LeadId!.Value, t => t.DueOn);

        var page = await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(new LeadFilter(), new ListPlace(null, 1), Firm.Company).AskAsync(view, default));

        Assert.Equal(42, page.Rows.Count);
        Assert.All(page.Rows, row => Assert.Equal(due[row.Id].Any() ? due[row.Id].Min() : null, row.Next?.DueOn));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WordsSortInTheOrderOfTheBoardNotOfTheAlphabet(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await Firm.AddAsync(data);

        var leads = await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(new LeadFilter(), new ListPlace("status", 1), Firm.Company).AskAsync(view, default));
        var urgent = await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(new LeadFilter(), new ListPlace("-priority", 1), Firm.Company).AskAsync(view, default));
        var deals = await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(new DealFilter(), new ListPlace("stage", 1), Firm.Company).AskAsync(view, default));

        Assert.Equal(Enum.GetValues<LeadStatus>(), leads.Rows.Select(r => r.Status).Distinct());
        Assert.Equal([Priority.Urgent, Priority.High, Priority.Medium, Priority.Low], urgent.Rows.Select(r => r.Priority).Distinct());
        Assert.Equal(Enum.GetValues<DealStage>(), deals.Rows.Select(r => r.Stage).Distinct());
    }
}
