using KpsCrm.Data.Maintenance;

namespace KpsCrm.Web.Tests.Maintenance;

public sealed class RetentionTests : IDisposable
{
    private static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;
    private static readonly DateTime Now = new(2026, 11, 25, 10, 0, 0, DateTimeKind.Utc);
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-keep-").FullName;

    [Fact]
    public void TheNewestOfDaysWeeksAndMonthsStay()
    {
        // A hundred nights, at 03:00 in Chicago.
        for (var i = 0; i < 100; i++)
            Add(new DateTime(2026, 11, 25, 9, 0, 0, DateTimeKind.Utc).AddDays(-i));

        var gone = new Retention(7, 4, 3).TooMany(BackupFile.In(_folder), Zone, "ours", Now).Select(b => b.MadeAt.Date).ToHashSet();

        var kept = BackupFile.In(_folder).Select(b => b.MadeAt.Date).Where(d => !gone.Contains(d)).Select(d => d.ToString("MM-dd"));
        // Seven days; of the weeks the Sundays, and this week's newest; of the months their last days.
        Assert.Equal(["11-25", "11-24", "11-23", "11-22", "11-21", "11-20", "11-19", "11-15", "11-08", "10-31", "09-30"], kept);
    }

    [Fact]
    public void WhatTheScheduleDidNotMakeStays()
    {
        var day = new DateTime(2026, 11, 25, 9, 0, 0, DateTimeKind.Utc);
        Add(day);
        Add(day.AddDays(-400), BackupCause.Hand);
        Add(day.AddDays(-401), BackupCause.BeforeRestore);
        Add(day.AddDays(-402), of: "another firm's");
        Add(day.AddDays(-403), note: false);
        File.WriteAllText(Path.Combine(_folder, "backup_of_my_letters.db"), "");
        var old = Add(day.AddDays(-404));

        Assert.Equal([old], new Retention(1, 0, 0).TooMany(BackupFile.In(_folder), Zone, "ours", Now).Select(b => b.Path));
    }

    [Fact]
    public void TheNewestProvedOneStaysHoweverManyFailedSince()
    {
        var day = new DateTime(2026, 11, 25, 9, 0, 0, DateTimeKind.Utc);
        var proved = Add(day.AddDays(-30));
        for (var i = 0; i < 30; i++)
            Add(day.AddDays(-i), proved: false);

        Assert.DoesNotContain(proved, new Retention(1, 0, 0).TooMany(BackupFile.In(_folder), Zone, "ours", Now).Select(b => b.Path));
    }

    [Fact]
    public void WhatClaimsToBeOfTomorrowTakesNobodysPlaceAndStays()
    {
        var yesterday = Add(Now.AddDays(-1));
        var before = Add(Now.AddDays(-2));
        Add(Now.AddDays(1));
        Add(Now.AddYears(1));

        Assert.Equal([before], new Retention(1, 0, 0).TooMany(BackupFile.In(_folder), Zone, "ours", Now).Select(b => b.Path));
        Assert.True(File.Exists(yesterday));
    }

    private string Add(DateTime at, BackupCause cause = BackupCause.Schedule, string of = "ours", bool proved = true, bool note = true)
    {
        var path = Path.Combine(_folder, $"backup_{at:yyyy-MM-dd}.db");
        File.WriteAllText(path, "x");
        File.SetLastWriteTimeUtc(path, at);
        if (note)
            new BackupNote { Cause = cause, MadeAt = at, Of = of, Bytes = 1, Sha256 = at.ToString("O"), ProvedAt = proved ? at : null }.Write(path);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
