using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>Something that happened and what it was worth.</summary>
public sealed class Moment
{
    public DateTime At { get; init; }
    public long Cents { get; init; }
}

/// <summary>How many rows, worth how much, fall into each of many spans: one round trip, each span one range of an index.</summary>
public sealed class SpanTotals
{
    private readonly Dictionary<DaySpan, Total> _totals;

    private SpanTotals(Dictionary<DaySpan, Total> totals) => _totals = totals;

    public Total this[DaySpan span] => _totals[span];

    public Total Sum(IEnumerable<DaySpan> spans) => spans.Aggregate(new Total(), (sum, span) => new(sum.Count + _totals[span].Count, sum.Cents + _totals[span].Cents));

    public static async Task<SpanTotals> CountAsync(IQueryable<Moment> moments, IEnumerable<DaySpan> spans, CompanyOptions company, CancellationToken cancellationToken)
    {
        DaySpan[] asked = [.. spans.Distinct()];
        var parts = asked.Select((span, index) => Part(moments, index, span.Utc(company))).Aggregate((all, part) => all.Concat(part));
        var found = await parts.ToListAsync(cancellationToken);
        return new(asked.Select((span, index) => (span, Row: found.Find(f => f.Index == index)))
            .ToDictionary(s => s.span, s => new Total(s.Row?.Count ?? 0, s.Row?.Cents ?? 0)));
    }

    private static IQueryable<Row> Part(IQueryable<Moment> moments, int index, (DateTime From, DateTime Until) utc)
    {
        var (from, until) = utc;
        return moments.Where(m => m.At >= from && m.At < until).GroupBy(_ => 1).Select(g => new Row { Index = index, Count = g.Count(), Cents = g.Sum(m => m.Cents) });
    }

    public readonly record struct Total(int Count, long Cents);

    private sealed class Row
    {
        public int Index { get; init; }
        public int Count { get; init; }
        public long Cents { get; init; }
    }
}
