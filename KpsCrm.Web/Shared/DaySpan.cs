using System.Globalization;

namespace KpsCrm.Web.Shared;

/// <summary>Days of the company's calendar, both ends included.</summary>
public readonly record struct DaySpan(DateOnly From, DateOnly To)
{
    /// <summary>A day as an address writes it; only of years that somebody can mean, for the calendar's ends have no day before or after.</summary>
    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 2100 ? day : null;

    public int Length => To.DayNumber - From.DayNumber + 1;

    /// <summary>This month and those before it, up to today.</summary>
    public static DaySpan Months(DateOnly today, int count) => new(new DateOnly(today.Year, today.Month, 1).AddMonths(1 - count), today);

    public bool Contains(DateOnly day) => day >= From && day <= To;

    /// <summary>The moments in UTC at which the span begins and has ended.</summary>
    public (DateTime From, DateTime Until) Utc(CompanyOptions company) => (company.StartOf(From), company.StartOf(To.AddDays(1)));

    /// <summary>The pieces a chart shows: days, weeks, calendar months or years, whatever leaves a readable number. None is left out for being empty.</summary>
    public IReadOnlyList<Bucket> Buckets() => Length switch
    {
        <= 31 => Cut(d => d, d => d.ToString("MMM d", CultureInfo.InvariantCulture), d => d.ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture)),
        <= 123 => Cut(d => d.AddDays(6), d => d.ToString("MMM d", CultureInfo.InvariantCulture), d => d.ToString("'Week from' MMMM d, yyyy", CultureInfo.InvariantCulture)),
        <= 1_130 => Cut(d => new DateOnly(d.Year, d.Month, 1).AddMonths(1).AddDays(-1), MonthName, d => d.ToString("MMMM yyyy", CultureInfo.InvariantCulture)),
        _ => Cut(d => new(d.Year, 12, 31), d => d.ToString("yyyy", CultureInfo.InvariantCulture), d => d.ToString("yyyy", CultureInfo.InvariantCulture)),
    };

    private List<Bucket> Cut(Func<DateOnly, DateOnly> end, Func<DateOnly, string> label, Func<DateOnly, string> longLabel)
    {
        var pieces = new List<Bucket>();
        for (var from = From; from <= To;)
        {
            var to = end(from) is var last && last < To ? last : To;
            pieces.Add(new(new(from, to), label(from), longLabel(from)));
            from = to.AddDays(1);
        }
        return pieces;
    }

    private string MonthName(DateOnly day) =>
        day.ToString(day == From || day.Month == 1 ? "MMM'\n'yyyy" : "MMM", CultureInfo.InvariantCulture);
}

/// <param name="Label">Short, for an axis; may have two lines.</param>
/// <param name="LongLabel">Unmistakable, for a table.</param>
public sealed record Bucket(DaySpan Days, string Label, string LongLabel);
