using CsCheck;
using KpsCrm.Data;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Lists;

/// <summary>Any filters together find in the database what they find in a list in memory.</summary>
public class FilterCombinationTests
{
    private static readonly Gen<string> Leads = Any(
        ["status=new", "status=open", "status=new,won,lost", "status=purple"], ["owner=me", "owner=4", "owner=none"], ["priority=high", "priority=low,urgent"], ["next=none", "next=overdue", "next=today", "next=later"],
        ["idle=1", "idle=14", "idle=60"], ["source=google", "source=-|referral", "source_not=google"], ["service=Tax", "service=-"], ["city=Dallas|-", "city_not=Dallas"],
        ["created=this-month", "created=last-30-days", "created=today", "from=2026-10-01", "to=2026-11-12"], ["value_min=2000", "value_max=5000", "value_min=1250.5&value_max=9000"]);

    private static readonly Gen<string> Deals = Any(
        ["stage=open", "stage=closed", "stage=proposal,review"], ["owner=me", "owner=none"], ["next=none", "next=overdue", "next=later"], ["idle=7", "idle=30"],
        ["expected=overdue", "expected=none", "expected=this-month", "expected=next-30-days", "expected_from=2026-11-20"], ["closed=this-month", "closed_from=2026-10-01&closed_to=2026-11-01"],
        ["created=this-year", "from=2026-11-01"], ["amount_min=2500", "amount_max=8000"]);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task FiltersOfLeadsCombine(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.AddAsync(data);
        await Leads.SampleAsync(async query =>
        {
            var filter = LeadFilter.Of(new(query), data.Anna.UserId);
            var found = await data.Store.ReadAsync(data.Anna, view => filter.Apply(view.Leads, FilterContext.Of(view, Firm.Company)).Select(l => l.Id).Order().ToListAsync());
            Assert.Equal(filter.Apply(firm.Leads.AsQueryable(), firm.Context(data)).Select(l => l.Id).Order(), found);
            SaysTheSame(filter, query, LeadFilter.Fields, q => LeadFilter.Of(q, data.Anna.UserId));
        }, iter: 150, threads: 1);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task FiltersOfDealsCombine(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.AddAsync(data);
        await Deals.SampleAsync(async query =>
        {
            var filter = DealFilter.Of(new(query), data.Anna.UserId);
            var found = await data.Store.ReadAsync(data.Anna, view => filter.Apply(view.Deals, FilterContext.Of(view, Firm.Company)).Select(d => d.Id).Order().ToListAsync());
            Assert.Equal(filter.Apply(firm.Deals.AsQueryable(), firm.Context(data)).Select(d => d.Id).Order(), found);
            SaysTheSame(filter, query, DealFilter.Fields, q => DealFilter.Of(q, data.Anna.UserId));
        }, iter: 150, threads: 1);
    }

    /// <summary>A filter's own address is the filter again, whatever the order in which it was written.</summary>
    private static void SaysTheSame(ListFilter filter, string query, IReadOnlyList<FilterField> fields, Func<ListQuery, ListFilter> read)
    {
        Assert.Equal(filter, read(new(filter.Query)));
        Assert.Equal(filter, read(new("?" + string.Join('&', query.TrimStart('?').Split('&').Reverse()))));
        Assert.All(fields, f => Assert.Equal(f.Say(new(query), []) is null, f.Say(new(filter.Query), []) is null));
    }

    /// <summary>One of each group, or none.</summary>
    private static Gen<string> Any(params string[][] groups) =>
        Gen.Int[0, 1_000].Array[groups.Length].Select(picks => "?" + string.Join('&', groups.Select((g, i) => picks[i] % (g.Length * 3) is var pick && pick < g.Length ? g[pick] : null).OfType<string>()));
}
