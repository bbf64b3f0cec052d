namespace KpsCrm.Data.Maintenance;

/// <summary>The days of the sample history: thirteen months that end yesterday, in the company's calendar, with a small firm's seasons and growth.</summary>
internal sealed class SampleCalendar(DateOnly today, TimeZoneInfo zone, Random random)
{
    public const int Months = 13;

    /// <summary>How busy a month is for an accountant, January first.</summary>
    private static readonly double[] Season = [1.35, 1.2, 1.3, 1.15, 0.9, 0.85, 0.8, 0.9, 1.05, 1.1, 0.95, 0.75];

    public DateOnly Today => today;

    /// <summary>The last moment the history may use: nothing in it lies ahead, at whatever hour it is made.</summary>
    public DateTime End { get; } = Utc(today, TimeOnly.MinValue, zone);

    /// <param name="month">0 is the same month a year ago, 12 the present one.</param>
    public DateOnly FirstOf(int month) => new DateOnly(today.Year, today.Month, 1).AddMonths(month - (Months - 1));

    /// <summary>Spreads <paramref name="total"/> over the months: more in busy months, more towards now, at least one in each.</summary>
    public int[] Spread(int total)
    {
        var weights = Enumerable.Range(0, Months).Select(m =>
            Season[FirstOf(m).Month - 1] * (1 + 0.07 * m) * (m == Months - 1 ? Math.Max(0.05, (today.Day - 1) / 30.0) : 1)).ToArray();
        var counts = new int[Months];
        for (var carry = 0.0; counts.Sum() < total;)
        {
            Array.Clear(counts);
            carry += 0.1;
            for (var m = 0; m < Months; m++)
                counts[m] = Math.Max(1, (int)(weights[m] / weights.Sum() * (total - Months * 0.5) + carry));
        }
        return counts;
    }

    /// <summary>A day of the month that has begun; on the first of a month that is today.</summary>
    public DateOnly DayIn(int month)
    {
        var first = FirstOf(month);
        var days = month == Months - 1 ? Math.Max(1, today.Day - 1) : DateTime.DaysInMonth(first.Year, first.Month);
        return WorkingDay(first.AddDays(random.Next(days)), first);
    }

    /// <summary>A moment of the working day in UTC, after <paramref name="after"/> and never beyond <see cref="End"/>.</summary>
    public DateTime At(DateOnly day, DateTime after = default)
    {
        var at = Utc(day, new TimeOnly(8, 0).AddMinutes(random.Next(0, 9 * 60)), zone);
        if (at <= after)
            at = after.AddMinutes(random.Next(12, 90));
        return at < End ? at : End;
    }

    public DateTime DaysAgo(int days, DateTime after = default) => At(today.AddDays(-days), after);

    public DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utc, zone));

    private static DateOnly WorkingDay(DateOnly day, DateOnly notBefore) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday when day.AddDays(-1) >= notBefore => day.AddDays(-1),
        DayOfWeek.Sunday when day.AddDays(-2) >= notBefore => day.AddDays(-2),
        _ => day,
    };

    private static DateTime Utc(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return TimeZoneInfo.ConvertTimeToUtc(local, zone);
    }
}
