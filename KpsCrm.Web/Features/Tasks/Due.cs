using System.Globalization;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>Days and times as people say them.</summary>
public static class Due
{
    public static NextState StateOf(DateOnly? day, DateOnly today) => day is not { } due ? NextState.None : due < today ? NextState.Late : due == today ? NextState.Today : NextState.Later;

    /// <summary>"today 14:30", "tomorrow", "Fri", "Dec 24", "3 d overdue".</summary>
    public static string Say(DateOnly day, TimeOnly? time, DateOnly today) => (day.DayNumber - today.DayNumber) switch
    {
        -1 => "yesterday",
        < 0 and var late => $"{-late} d overdue",
        0 => "today",
        1 => "tomorrow",
        <= 6 => day.ToString("ddd", CultureInfo.InvariantCulture),
        _ => day.ToString(day.Year == today.Year ? "MMM d" : "MMM d, yyyy", CultureInfo.InvariantCulture),
    } + (time is { } at && day.DayNumber >= today.DayNumber - 1 ? $" {at.ToString("HH:mm", CultureInfo.InvariantCulture)}" : "");

    public static string Full(DateOnly day, TimeOnly? time) => day.ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture) + (time is { } at ? $", {at.ToString("HH:mm", CultureInfo.InvariantCulture)}" : "");

    public static string WordOf(NextState state) => state switch
    {
        NextState.Late => "Overdue",
        NextState.Today => "Due today",
        NextState.Later => "Planned",
        _ => "No next step",
    };

    /// <summary>One sentence for a tooltip and for those who listen.</summary>
    public static string Label(NextStep? step, DateOnly today) => step is null ? "No next step. Plan one" : $"{WordOf(StateOf(step.DueOn, today))}: {step.Title}, {Say(step.DueOn, step.DueAt, today)}";
}
