using System.Globalization;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>Dates and counts as people say them on a card.</summary>
public static class Words
{
    public static string Joined(params string?[] parts) => string.Join(" · ", parts.Where(p => !string.IsNullOrWhiteSpace(p)).Distinct());

    /// <summary>"today", "in 3 days", "Dec 24", "5 d late"; short enough for the narrowest card.</summary>
    public static string Due(DateOnly day, DateOnly today) => (day.DayNumber - today.DayNumber) switch
    {
        < 0 and var late => $"{-late} d late",
        0 => "today",
        1 => "tomorrow",
        <= 14 and var days => $"in {days} days",
        _ => day.ToString(day < today.AddMonths(11) ? "MMM d" : "MMM d, yyyy", CultureInfo.InvariantCulture),
    };

    public static string Full(DateOnly day) => day.ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture);

    public static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n.ToString("N0", CultureInfo.InvariantCulture)} {noun}s";

    /// <summary>Dollars as a bare number: 8500 or 8500.5.</summary>
    public static string Bare(long cents) => (cents / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
