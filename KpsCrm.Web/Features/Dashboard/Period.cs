using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>The range chosen on the dashboard, as it stands in the query string. Equal choices share one answer.</summary>
/// <param name="Key">One of <see cref="Choices"/>, <c>custom</c>, or null: charts show twelve months, totals count everything.</param>
public sealed record Period(string? Key, DateOnly? From = null, DateOnly? To = null)
{
    public const string Custom = "custom";

    /// <summary>What totals are compared with when no range is chosen.</summary>
    private const int DefaultComparisonDays = 30;

    public static Period Default { get; } = new((string?)null);
    public static Period All { get; } = new("all");

    public static IReadOnlyList<(string Key, string Label)> Choices { get; } =
        [("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("12m", "12 months"), ("ytd", "This year"), ("all", "All time")];

    /// <summary>Anything that can't be understood is no choice.</summary>
    public static Period FromQuery(string? range, string? from, string? to)
    {
        var (first, last) = (DaySpan.Day(from), DaySpan.Day(to));
        if (first is not null || last is not null)
            return first > last ? new(Custom, last, first) : new(Custom, first, last);
        return Choices.Any(c => c.Key == range) ? new(range) : Default;
    }

    public bool IsChosen => Key is not null;

    /// <summary>The days the charts show.</summary>
    /// <param name="first">The day of the oldest row, for a range without a beginning.</param>
    public DaySpan Days(DateOnly today, DateOnly first) => Key switch
    {
        "7d" => new(today.AddDays(-6), today),
        "30d" => new(today.AddDays(-29), today),
        "90d" => new(today.AddDays(-89), today),
        "ytd" => new(new(today.Year, 1, 1), today),
        "all" => new(Earlier(first, today), today),
        Custom => new(From ?? Earlier(first, To ?? today), To ?? Later(today, From!.Value)),
        _ => DaySpan.Months(today, 12),
    };

    /// <summary>The days the tiles compare, and the days of equal length before them. All time has nothing before it.</summary>
    public (DaySpan Now, DaySpan? Before) Compared(DateOnly today, DateOnly first)
    {
        var now = IsChosen ? Days(today, first) : new(today.AddDays(1 - DefaultComparisonDays), today);
        return Key switch
        {
            "all" => (now, null),
            "12m" => (now, new(now.From.AddMonths(-12), now.To.AddMonths(-12))),
            "ytd" => (now, new(now.From.AddYears(-1), now.To.AddYears(-1))),
            _ => (now, new(now.From.AddDays(-now.Length), now.From.AddDays(-1))),
        };
    }

    /// <summary>"the 30 days before".</summary>
    public string BeforeInWords => Key switch
    {
        "7d" => "the 7 days before",
        "90d" => "the 90 days before",
        "12m" => "the 12 months before",
        "ytd" => "the same days last year",
        Custom => "the days before",
        _ => "the 30 days before",
    };

    private static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;

    private static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;
}
