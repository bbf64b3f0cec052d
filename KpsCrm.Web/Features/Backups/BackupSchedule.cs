namespace KpsCrm.Web.Features.Backups;

/// <summary>When a backup is due, on the company's clock: once each day, also where the clock skips the time or shows it twice.</summary>
public static class BackupSchedule
{
    /// <summary>A day, and time to make it.</summary>
    public static readonly TimeSpan Overdue = TimeSpan.FromHours(26);

    /// <summary>What claims to be of later than this was made while the clock was wrong.</summary>
    private static readonly TimeSpan Believable = TimeSpan.FromHours(1);

    /// <summary>UTC.</summary>
    public static DateTime LastDue(TimeOnly at, CompanyOptions company, DateTime now) =>
        company.MomentOf(company.DayOf(now), at) is var today && today <= now ? today : company.MomentOf(company.DayOf(now).AddDays(-1), at);

    /// <summary>UTC.</summary>
    public static DateTime NextDue(TimeOnly at, CompanyOptions company, DateTime now) =>
        company.MomentOf(company.DayOf(now), at) is var today && today > now ? today : company.MomentOf(company.DayOf(now).AddDays(1), at);

    /// <param name="made">When those of the schedule were made, UTC.</param>
    /// <param name="since">UTC; since when there is something to back up.</param>
    public static bool IsDue(TimeOnly at, CompanyOptions company, DateTime now, IEnumerable<DateTime> made, DateTime? since) =>
        (Latest(made, now) ?? since) is { } last && last < LastDue(at, company, now);

    public static bool IsOverdue(DateTime now, IEnumerable<DateTime> good, DateTime? since) => (Latest(good, now) ?? since) is { } last && now - last > Overdue;

    private static DateTime? Latest(IEnumerable<DateTime> made, DateTime now) => made.Where(m => m <= now + Believable).Select(m => (DateTime?)m).Max();
}
