using KpsCrm.Data.Deals;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>The deals by stage and day of closing, from one walk along one index; a few hundred rows however many deals there are.</summary>
internal sealed class Closings
{
    private readonly List<Row> _rows;

    private Closings(List<Row> rows) => _rows = rows;

    public static async Task<Closings> CountAsync(IQueryable<Deal> deals, CancellationToken cancellationToken) =>
        new(await deals.GroupBy(d => new { d.Stage, d.ActualCloseDate })
            .Select(g => new Row(g.Key.Stage, g.Key.ActualCloseDate, g.Count(), g.Sum(d => d.AmountCents), g.Sum(d => d.AmountCents * d.Probability)))
            .ToListAsync(cancellationToken));

    public long OpenCents => _rows.Where(r => r.IsOpen).Sum(r => r.Cents);

    public long WeightedCents => _rows.Where(r => r.IsOpen).Sum(r => r.WeightedCents) / 100;

    public DateOnly? FirstDay => _rows.Min(r => r.On);

    /// <param name="span">Null for all that were ever won, also those without a day.</param>
    public (int Count, long Cents) Won(DaySpan? span) => Sum(_rows.Where(r => r.Stage == DealStage.ClosedWon && r.IsIn(span)));

    /// <summary>Won and lost.</summary>
    public (int Count, long Cents) Closed(DaySpan? span) => Sum(_rows.Where(r => !r.IsOpen && r.IsIn(span)));

    /// <summary>Percent, one decimal; null when nothing was closed.</summary>
    public decimal? WinRate(DaySpan span) => Closed(span).Count is > 0 and var closed
        ? Math.Round(Won(span).Count * 100m / closed, 1, MidpointRounding.AwayFromZero)
        : null;

    public StageTotal StageTotal(DealStage stage, DaySpan closedIn)
    {
        var inStage = _rows.Where(r => r.Stage == stage).ToList();
        var (count, cents) = Sum(inStage.Where(r => r.IsOpen || r.IsIn(closedIn)));
        return new(stage, count, cents, inStage.Sum(r => r.Count));
    }

    private static (int, long) Sum(IEnumerable<Row> rows) => rows.Aggregate((0, 0L), (sum, r) => (sum.Item1 + r.Count, sum.Item2 + r.Cents));

    private sealed record Row(DealStage Stage, DateOnly? On, int Count, long Cents, long WeightedCents)
    {
        public bool IsOpen => Stage is not (DealStage.ClosedWon or DealStage.ClosedLost);

        public bool IsIn(DaySpan? span) => span is not { } days || (On is { } on && days.Contains(on));
    }
}
