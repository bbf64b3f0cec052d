using KpsCrm.Web.Features.Backups;

namespace KpsCrm.Web.Tests.Backups;

/// <summary>In Chicago the clock skips 02:00–03:00 on March 14, 2027, and shows 01:00–02:00 twice on November 1, 2026.</summary>
public class ScheduleTests
{
    private static readonly CompanyOptions Company = new();
    private static readonly DateTime Founded = Utc("2026-01-01T00:00");

    [Theory]
    // At 03:00 in Chicago it is 09:00 in Greenwich in winter, 08:00 in summer.
    [InlineData("03:00", "2026-11-25T09:00", "2026-11-24T09:00", true)]
    [InlineData("03:00", "2026-11-25T08:59", "2026-11-24T09:00", false)]
    [InlineData("03:00", "2026-11-25T20:00", "2026-11-25T09:00", false)]
    [InlineData("03:00", "2026-07-25T08:00", "2026-07-24T08:00", true)]
    // The program was down for days: one is made at its start.
    [InlineData("03:00", "2026-11-29T17:00", "2026-11-24T09:00", true)]
    // 02:30 is skipped: it is due when the clock goes on, at 03:00.
    [InlineData("02:30", "2027-03-14T07:59", "2027-03-13T08:30", false)]
    [InlineData("02:30", "2027-03-14T08:00", "2027-03-13T08:30", true)]
    // 01:30 comes twice: the first time counts.
    [InlineData("01:30", "2026-11-01T06:30", "2026-10-31T06:30", true)]
    [InlineData("01:30", "2026-11-01T07:30", "2026-11-01T06:30", false)]
    // The clock was years ahead, and is right again.
    [InlineData("03:00", "2026-11-25T10:00", "2036-11-25T09:00", true)]
    // It jumped back an hour after the backup was made.
    [InlineData("03:00", "2026-11-25T08:30", "2026-11-25T09:00", false)]
    public void ItIsDueOnceADay(string at, string now, string last, bool due) =>
        Assert.Equal(due, BackupSchedule.IsDue(TimeOnly.Parse(at), Company, Utc(now), [Utc(last)], Founded));

    [Fact]
    public void EveryDayOfAYearHasExactlyOne()
    {
        var made = new List<DateTime> { Utc("2026-06-01T00:00") };
        for (var now = made[0]; now < Utc("2027-06-01T00:00"); now = now.AddMinutes(10))
        {
            if (BackupSchedule.IsDue(new(2, 30), Company, now, made, Founded))
                made.Add(now);
        }
        Assert.Equal(365, made.Skip(1).Select(Company.DayOf).Distinct().Count());
        Assert.Equal(365, made.Count - 1);
    }

    [Fact]
    public void ANewFirmsFirstIsDueAtItsFirstNight()
    {
        var founded = Utc("2026-11-25T15:00");
        Assert.False(BackupSchedule.IsDue(new(3, 0), Company, founded.AddHours(1), [], founded));
        Assert.True(BackupSchedule.IsDue(new(3, 0), Company, founded.AddHours(18), [], founded));
        Assert.False(BackupSchedule.IsDue(new(3, 0), Company, founded, [], since: null));
    }

    [Fact]
    public void AfterTwentySixHoursItIsOverdue()
    {
        var last = Utc("2026-11-24T09:00");
        Assert.False(BackupSchedule.IsOverdue(last.AddHours(26), [last], Founded));
        Assert.True(BackupSchedule.IsOverdue(last.AddHours(26).AddMinutes(1), [last], Founded));
        Assert.False(BackupSchedule.IsOverdue(last, [], last.AddHours(-1)));
    }

    private static DateTime Utc(string text) => DateTime.SpecifyKind(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);
}
