using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>The one source of every figure: tiles, charts, lists and the analytics endpoint agree because they all come from here.</summary>
public sealed record DashboardQuestion(Period Period, int? OwnerId, CompanyOptions Company) : IQuestion<DashboardFigures>
{
    /// <summary>A median needs the rows themselves; beyond this many, only the latest count.</summary>
    private const int MostForMedian = 1_000;

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Deals;

    public async Task<DashboardFigures> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var leads = view.Leads.Where(l => OwnerId == null || l.OwnerId == OwnerId);
        var clients = view.Clients.Where(c => c.Status == ClientStatus.Active && (OwnerId == null || c.OwnerId == OwnerId));
        var deals = view.Deals.Where(d => OwnerId == null || d.OwnerId == OwnerId);

        var today = Company.DayOf(view.Now);
        var closings = await Closings.CountAsync(deals, cancellationToken);
        var first = Period.IsChosen ? await FirstDayAsync(leads, closings, today, cancellationToken) : today;
        var span = Period.Days(today, first);
        var (compared, before) = Period.Compared(today, first);
        var lastMonth = new DaySpan(today.AddDays(-29), today);
        var monthBefore = new DaySpan(lastMonth.From.AddDays(-30), lastMonth.From.AddDays(-1));
        var buckets = span.Buckets();
        var months = DaySpan.Months(today, 12).Buckets();

        // A range is the sum of its pieces, so that no row is counted twice.
        IReadOnlyList<DaySpan> pieces = Period.IsChosen ? [.. buckets.Select(x => x.Days)] : [compared];
        DaySpan[] spans = [.. months.Select(m => m.Days), .. before is { } b ? [b] : Array.Empty<DaySpan>(), .. pieces];
        var leadsIn = await SpanTotals.CountAsync(leads.Select(l => new Moment { At = l.CreatedAt, Cents = l.ValueCents }),
            [.. spans, .. buckets.Select(x => x.Days), lastMonth, monthBefore], Company, cancellationToken);
        var clientsIn = await SpanTotals.CountAsync(clients.Select(c => new Moment { At = c.JoinedAt, Cents = 0 }), spans, Company, cancellationToken);
        var dealsIn = await SpanTotals.CountAsync(deals.Select(d => new Moment { At = d.CreatedAt, Cents = d.AmountCents }), spans, Company, cancellationToken);
        var totalLeads = await leads.CountAsync(cancellationToken);
        var totalClients = await clients.CountAsync(cancellationToken);
        var shares = await SharesAsync(leads, span, cancellationToken);

        var all = new Totals(totalLeads, totalClients, closings.Won(null).Cents);
        var now = Period.IsChosen && Period.Key != "all" ? new Totals(leadsIn.Sum(pieces).Count, clientsIn.Sum(pieces).Count, closings.Won(compared).Cents) : all;
        var earlier = before is not { } past ? null
            : Period.IsChosen ? new Totals(leadsIn[past].Count, clientsIn[past].Count, closings.Won(past).Cents)
            : new Totals(all.Leads - leadsIn.Sum(pieces).Count, all.Clients - clientsIn.Sum(pieces).Count, all.WonCents - closings.Won(compared).Cents);

        var leadLine = StockLine(all.Leads, months.Select(m => (decimal)leadsIn[m.Days].Count));
        var clientLine = StockLine(all.Clients, months.Select(m => (decimal)clientsIn[m.Days].Count));
        var pipeline = closings.OpenCents;
        return new DashboardFigures(
            view.Now, today, span, compared,
            new(now.Leads, earlier?.Leads, leadLine, all.Leads),
            new(leadsIn[lastMonth].Count, leadsIn[monthBefore].Count, [.. months.Select(m => (decimal)leadsIn[m.Days].Count)], leadsIn[lastMonth].Count),
            new(now.Clients, earlier?.Clients, clientLine, all.Clients),
            new(now.Rate, earlier?.Rate, [.. clientLine.Zip(leadLine, Totals.RateOf)], all.Rate),
            new(now.WonCents, earlier?.WonCents, [.. months.Select(m => (decimal)closings.Won(m.Days).Cents)], all.WonCents),
            new(pipeline, before is null ? null : pipeline + closings.Closed(compared).Cents - dealsIn.Sum(pieces).Cents,
                StockLine(pipeline, months.Select(m => (decimal)(dealsIn[m.Days].Cents - closings.Closed(m.Days).Cents))), pipeline),
            closings.WeightedCents,
            closings.WinRate(span),
            closings.Won(span) is { Count: > 0 } won ? won.Cents / won.Count : null,
            await MedianDaysToWonAsync(deals, span, cancellationToken),
            Ranked(shares.GroupBy(s => Known(s.Source))),
            Ranked(shares.GroupBy(s => Known(s.City))),
            [.. buckets.Select(x => new LeadTrend(x, leadsIn[x.Days].Count, leadsIn[x.Days] is { Count: > 0 } t ? t.Cents / t.Count : 0))],
            [.. buckets.Select(x => new RevenueOf(x, closings.Won(x.Days).Count, closings.Won(x.Days).Cents))],
            [.. Enum.GetValues<DealStage>().Select(s => closings.StageTotal(s, span))]);
    }

    private async Task<DateOnly> FirstDayAsync(IQueryable<Lead> leads, Closings closings, DateOnly today, CancellationToken cancellationToken)
    {
        var firstLead = await leads.MinAsync(l => (DateTime?)l.CreatedAt, cancellationToken) is { } at ? Company.DayOf(at) : today;
        return closings.FirstDay is { } firstDeal && firstDeal < firstLead ? firstDeal : firstLead;
    }

    private async Task<List<SourceAndCity>> SharesAsync(IQueryable<Lead> leads, DaySpan span, CancellationToken cancellationToken)
    {
        var (from, until) = span.Utc(Company);
        // Counted inside the groups rather than filtered before them: so the rows come in an index's order, and nothing is sorted.
        var counted = await leads.GroupBy(l => new { l.Source, l.City })
            .Select(g => new SourceAndCity(g.Key.Source, g.Key.City, g.Count(l => l.CreatedAt >= from && l.CreatedAt < until)))
            .ToListAsync(cancellationToken);
        return counted.FindAll(s => s.Count > 0);
    }

    private async Task<int?> MedianDaysToWonAsync(IQueryable<Deal> deals, DaySpan span, CancellationToken cancellationToken)
    {
        var rows = await deals.Where(d => d.Stage == DealStage.ClosedWon && d.ActualCloseDate >= span.From && d.ActualCloseDate <= span.To && d.LeadId != null)
            .OrderByDescending(d => d.ActualCloseDate)
            .Take(MostForMedian)
            .Select(d => new { CreatedAt = (DateTime?)d.Lead!.CreatedAt, WonOn = d.ActualCloseDate!.Value })
            .ToListAsync(cancellationToken);
        // Nothing is known of a lead in the recycle bin.
        int[] days = [.. rows.Where(r => r.CreatedAt is not null).Select(r => Math.Max(0, r.WonOn.DayNumber - Company.DayOf(r.CreatedAt!.Value).DayNumber)).Order()];
        return days.Length == 0 ? null : (days[(days.Length - 1) / 2] + days[days.Length / 2]) / 2;
    }

    private static List<Share> Ranked(IEnumerable<IGrouping<string?, SourceAndCity>> groups) =>
        [.. groups.Select(g => new Share(g.Key, g.Sum(s => s.Count))).OrderByDescending(s => s.Count).ThenBy(s => s.Name, StringComparer.Ordinal)];

    private static string? Known(string? name) => string.IsNullOrWhiteSpace(name) ? null : name;

    /// <summary>What stood at the end of each month, counted back from what stands now.</summary>
    private static List<decimal> StockLine(decimal now, IEnumerable<decimal> grownIn)
    {
        var line = new List<decimal>();
        foreach (var grown in grownIn.Reverse())
        {
            line.Insert(0, now);
            now -= grown;
        }
        return line;
    }

    private sealed record SourceAndCity(string Source, string? City, int Count);

    private sealed record Totals(int Leads, int Clients, long WonCents)
    {
        public decimal Rate => RateOf(Clients, Leads);

        public static decimal RateOf(decimal clients, decimal leads) => leads == 0 ? 0 : Math.Round(clients * 100m / leads, 1, MidpointRounding.AwayFromZero);
    }
}
