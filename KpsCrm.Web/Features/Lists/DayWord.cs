namespace KpsCrm.Web.Features.Lists;

/// <summary>Days as people name them. Weeks begin on Monday.</summary>
/// <param name="Days">Both ends included; null for no limit.</param>
public sealed record DayWord(string Word, string Name, Func<DateOnly, (DateOnly? From, DateOnly? To)> Days)
{
    public static DayWord None { get; } = new("none", "No date", _ => (null, null));
    public static DayWord Overdue { get; } = new("overdue", "Overdue", day => (null, day.AddDays(-1)));

    private static readonly DayWord Today = new("today", "Today", day => (day, day));
    private static readonly DayWord ThisWeek = new("this-week", "This week", day => (Monday(day), Monday(day).AddDays(6)));
    private static readonly DayWord ThisMonth = new("this-month", "This month", day => (First(day), First(day).AddMonths(1).AddDays(-1)));

    /// <summary>For days that have been.</summary>
    public static IReadOnlyList<DayWord> Past { get; } =
    [
        Today,
        new("yesterday", "Yesterday", day => (day.AddDays(-1), day.AddDays(-1))),
        ThisWeek,
        new("last-week", "Last week", day => (Monday(day).AddDays(-7), Monday(day).AddDays(-1))),
        ThisMonth,
        new("last-month", "Last month", day => (First(day).AddMonths(-1), First(day).AddDays(-1))),
        new("last-30-days", "Last 30 days", day => (day.AddDays(-29), day)),
        new("last-90-days", "Last 90 days", day => (day.AddDays(-89), day)),
        new("this-year", "This year", day => (new(day.Year, 1, 1), new(day.Year, 12, 31))),
    ];

    /// <summary>For days that are to come.</summary>
    public static IReadOnlyList<DayWord> Coming { get; } =
    [
        Overdue,
        Today,
        ThisWeek,
        new("next-week", "Next week", day => (Monday(day).AddDays(7), Monday(day).AddDays(13))),
        ThisMonth,
        new("next-month", "Next month", day => (First(day).AddMonths(1), First(day).AddMonths(2).AddDays(-1))),
        new("next-30-days", "Next 30 days", day => (day, day.AddDays(30))),
        None,
    ];

    private static DateOnly First(DateOnly day) => new(day.Year, day.Month, 1);

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
