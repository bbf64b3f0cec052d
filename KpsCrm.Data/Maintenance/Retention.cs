using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>How many backups of the schedule stay: the newest of so many days, weeks and months.</summary>
public sealed record Retention(int Daily, int Weekly, int Monthly)
{
    public static Retention Default { get; } = new(7, 4, 12);

    /// <summary>Which are no longer needed. Never one that somebody asked for, one of another database, one that nothing is noted of, or the newest proved one.</summary>
    /// <param name="zone">The company's: its days, weeks and months count.</param>
    /// <param name="of">The database, as in <see cref="BackupNote.Of"/>.</param>
    /// <param name="now">UTC; what claims to be of later was made while the clock was wrong: it takes nobody's place, and stays.</param>
    public IReadOnlyList<BackupFile> TooMany(IReadOnlyList<BackupFile> all, TimeZoneInfo zone, string of, DateTime now)
    {
        all = [.. all.Where(b => b.MadeAt <= now)];
        var newestProved = all.Where(b => b.IsProved && b.Note!.Of == of).MaxBy(b => b.MadeAt);
        var ours = all.Where(b => b.Cause == BackupCause.Schedule && b.Note!.Of == of).OrderByDescending(b => b.MadeAt).ToList();
        // One that could not be proved takes no proved one's place.
        var proved = ours.Where(b => b.IsProved).ToList();
        var kept = Newest(proved, DayOf, Daily).Concat(Newest(proved, d => (ISOWeek.GetYear(DayOf(d).ToDateTime(default)), ISOWeek.GetWeekOfYear(DayOf(d).ToDateTime(default))), Weekly))
            .Concat(Newest(proved, d => (DayOf(d).Year, DayOf(d).Month), Monthly)).ToHashSet();
        if (newestProved is not null)
            kept.Add(newestProved);
        return [.. ours.Where(b => !kept.Contains(b) && (b.IsProved || newestProved?.MadeAt > b.MadeAt))];

        DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), zone));
    }

    private static IEnumerable<BackupFile> Newest<T>(IEnumerable<BackupFile> newestFirst, Func<DateTime, T> period, int count) =>
        newestFirst.GroupBy(b => period(b.MadeAt)).Take(count).Select(g => g.First());
}
