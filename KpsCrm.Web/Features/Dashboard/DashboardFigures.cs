using KpsCrm.Data.Deals;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>Everything the dashboard and the analytics endpoint say, counted at one moment.</summary>
/// <param name="AsOf">UTC.</param>
/// <param name="Span">The days the charts show.</param>
/// <param name="Compared">The days the range figures count.</param>
public sealed record DashboardFigures(
    DateTime AsOf,
    DateOnly Today,
    DaySpan Span,
    DaySpan Compared,
    Figure TotalLeads,
    Figure MonthlyLeads,
    Figure TotalClients,
    Figure ConversionRate,
    Figure Revenue,
    Figure Pipeline,
    long WeightedCents,
    decimal? WinRate,
    long? AverageWonCents,
    int? MedianDaysToWon,
    IReadOnlyList<Share> Sources,
    IReadOnlyList<Share> Cities,
    IReadOnlyList<LeadTrend> Trends,
    IReadOnlyList<RevenueOf> RevenueByMonth,
    IReadOnlyList<StageTotal> Stages)
{
    public bool IsEmpty => TotalLeads.All == 0 && TotalClients.All == 0 && Stages.Sum(s => s.All) == 0;
}

/// <param name="Value">Money in cents.</param>
/// <param name="Before">The same figure a period earlier; null when there is nothing earlier.</param>
/// <param name="Line">The last twelve months, oldest first.</param>
/// <param name="All">The figure without any range.</param>
public sealed record Figure(decimal Value, decimal? Before, IReadOnlyList<decimal> Line, decimal All);

/// <param name="Name">Null where it isn't known.</param>
public sealed record Share(string? Name, int Count);

public sealed record LeadTrend(Bucket Bucket, int Leads, long AverageCents);

public sealed record RevenueOf(Bucket Bucket, int Deals, long Cents);

/// <summary>Open stages as they stand now; won and lost are those closed in the span.</summary>
/// <param name="All">Deals in the stage whenever they got there.</param>
public sealed record StageTotal(DealStage Stage, int Count, long Cents, int All);
