using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Charts;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>The figures as charts; every point knows the list of its rows.</summary>
public static class DashboardCharts
{
    private const int MostSources = 7;
    private const int MostCities = 8;

    /// <summary>A source keeps its colour when others overtake it.</summary>
    private static readonly string[] KnownSources = ["website", "google", "referral", "social_media", "linkedin", "facebook", "email"];

    public static ChartModel LeadSources(DashboardFigures figures, int? ownerId)
    {
        var shown = figures.Sources.Take(MostSources).ToList();
        var filter = LeadsOf(figures.Span, ownerId);
        var free = new Queue<int>(Enumerable.Range(0, MostSources).Except(shown.Select(s => Array.IndexOf(KnownSources, s.Name))));
        var points = shown.Select(s => new ChartPoint(Words.Of(s.Name), Words.Of(s.Name), [s.Count], (filter with { Source = s.Name ?? LeadFilter.Unknown }).Href,
            $"--part-{1 + (Array.IndexOf(KnownSources, s.Name) is >= 0 and var known ? known : free.Dequeue())}"));
        return new(ChartKind.Donut, [new("Leads", ChartFormat.Count, "--part-1")],
            // In the order of the colours, not of the numbers: a source keeps its place on the ring when it overtakes another.
            [.. points.OrderBy(p => p.Color, StringComparer.Ordinal), .. Other(figures.Sources, shown, "Other sources", "--part-8", names => filter with { SourceNot = names })]);
    }

    public static ChartModel LeadsByCity(DashboardFigures figures, int? ownerId)
    {
        var shown = figures.Cities.Where(c => c.Name is not null).Take(MostCities).ToList();
        var filter = LeadsOf(figures.Span, ownerId);
        var unknown = figures.Cities.Where(c => c.Name is null).Select(c => new ChartPoint("Not known", "Not known", [c.Count], (filter with { City = LeadFilter.Unknown }).Href, "--lost"));
        return new(ChartKind.Bars, [new("Leads", ChartFormat.Count, "--part-1")],
            [.. shown.Select(c => new ChartPoint(c.Name!, c.Name!, [c.Count], (filter with { City = c.Name }).Href, "--part-1")),
             .. Other([.. figures.Cities.Where(c => c.Name is not null)], shown, "Other cities", "--lost", names => filter with { CityNot = names }), .. unknown]);
    }

    public static ChartModel MonthlyTrends(DashboardFigures figures, int? ownerId) =>
        new(ChartKind.ColumnsAndLine, [new("Leads", ChartFormat.Count, "--part-1"), new("Average value", ChartFormat.Dollars, "--part-3")],
            [.. figures.Trends.Select(t => new ChartPoint(t.Bucket.Label, t.Bucket.LongLabel, [t.Leads, Dollars(t.AverageCents)], LeadsOf(t.Bucket.Days, ownerId).Href))]);

    public static ChartModel RevenueByMonth(DashboardFigures figures, int? ownerId) =>
        new(ChartKind.Columns, [new("Won", ChartFormat.Dollars, "--won")],
            [.. figures.RevenueByMonth.Select(r => new ChartPoint(r.Bucket.Label, r.Bucket.LongLabel, [Dollars(r.Cents)], DealsWon(r.Bucket.Days, ownerId).Href))]);

    public static ChartModel PipelineByStage(DashboardFigures figures, int? ownerId) =>
        new(ChartKind.Bars, [new("Amount", ChartFormat.Dollars, "--proposal")],
            [.. figures.Stages.Select(s => new ChartPoint(Words.Of(s.Stage), $"{Words.Of(s.Stage)}, {Words.Count(s.Count, "deal")}", [Dollars(s.Cents)], InStage(s.Stage, figures.Span, ownerId).Href, Words.ColorOf(s.Stage)))]);

    public static DealFilter DealsWon(DaySpan days, int? ownerId) => InStage(DealStage.ClosedWon, days, ownerId);

    private static DealFilter InStage(DealStage stage, DaySpan closed, int? ownerId)
    {
        var filter = new DealFilter { Stage = Columns.Word(stage), OwnerId = ownerId };
        return stage is DealStage.ClosedWon or DealStage.ClosedLost ? filter with { ClosedFrom = closed.From, ClosedTo = closed.To } : filter;
    }

    public static LeadFilter LeadsOf(DaySpan days, int? ownerId) => new() { From = days.From, To = days.To, OwnerId = ownerId };

    private static IEnumerable<ChartPoint> Other(IReadOnlyList<Share> all, IReadOnlyList<Share> shown, string label, string color, Func<string, LeadFilter> filter)
    {
        if (all.Count > shown.Count)
            yield return new(label, label, [all.Skip(shown.Count).Sum(s => s.Count)], filter(string.Join('|', shown.Select(s => s.Name))).Href, color);
    }

    private static decimal Dollars(long cents) => cents / 100m;
}
