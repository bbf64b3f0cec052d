using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public class BackupTests
{
    private static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;

    [Fact]
    public async Task ItBearsTheCompanysDayAndOverwritesNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        data.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 25, 3, 4, 5, TimeSpan.Zero));
        var first = await BackupAsync(data);
        var bytes = await File.ReadAllBytesAsync(first.Path);
        await data.AddLeadAsync();

        var names = new[] { first, await BackupAsync(data), await BackupAsync(data) }.Select(b => Path.GetFileName(b.Path));

        Assert.Equal(["backup_2026-11-24.db", "backup_2026-11-24_210405.db", "backup_2026-11-24_210405_2.db"], names);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(first.Path));
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(first.Path)!), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ItIsWholeAndConsistentWhileWritersWrite()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            // Lead and event in one save: a copy that holds one without the other is torn.
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await data.Store.WriteAsync(data.Anna, db =>
                {
                    db.Leads.Add(new Lead { Name = $"{w}-{i}", Email = $"{w}-{i}@example.com", Notes = new string('x', 2_000), CreatedAt = db.Now });
                    db.AnalyticsEvents.Add(new() { EventType = "lead_created", CreatedAt = db.Now });
                    return Task.CompletedTask;
                });
                begun.TrySetResult();
            }
        })).ToList();
        await begun.Task;

        var backups = new List<BackupReport>();
        for (var i = 0; i < 5; i++)
            backups.Add(await BackupAsync(data));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.All(backups, b => Assert.Equal(b.Rows["leads"], b.Rows["analytics_events"]));
        Assert.True(backups[^1].Rows["leads"] > backups[0].Rows["leads"], "nobody wrote meanwhile");
        await using var copy = new SqliteConnection($"Data Source={backups[^1].Path};Pooling=False;Mode=ReadOnly");
        await copy.OpenAsync();
        Assert.Equal(["ok"], await SqliteFile.ListAsync(copy, "PRAGMA integrity_check", default));
        Assert.Equal([$"{backups[^1].Rows["leads"]}"], await SqliteFile.ListAsync(copy, "SELECT count(*) FROM leads", default));
    }

    [Fact]
    public async Task ARestoreBringsItBackAndSavesTheStateBefore()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var backup = await BackupAsync(data);
        await data.AddLeadAsync("After", "after@example.com");

        var (saved, _) = await data.Provided.GetRequiredService<Restore>().RunAsync(backup.Path, Zone);

        await using var again = data.OpenSecondInstance();
        Assert.Equal(["Before"], await again.GetRequiredService<CrmStore>().ReadAsync(data.Anna, view => view.Leads.Select(l => l.Name).ToListAsync()));
        await using var before = new SqliteConnection($"Data Source={saved};Pooling=False");
        await before.OpenAsync();
        Assert.Equal(["2"], await SqliteFile.ListAsync(before, "SELECT count(*) FROM leads", default));
    }

    [Fact]
    public async Task ARestoreIsRefusedWhileAServerRunsAndForAFileThatIsNoBackup()
    {
        await using var data = await TestDatabase.CreateAsync();
        var backup = await BackupAsync(data);
        var text = Path.Combine(Path.GetDirectoryName(backup.Path)!, "letter.txt");
        await File.WriteAllTextAsync(text, "Dear all, this is no database.");
        var restore = data.Provided.GetRequiredService<Restore>();

        Assert.Contains("no SQLite database", (await Assert.ThrowsAsync<TroubleException>(() => restore.RunAsync(text, Zone))).Message);
        Assert.Contains("no file", (await Assert.ThrowsAsync<TroubleException>(() => restore.RunAsync(text + "x", Zone))).Message);
        using (DataLock.Take(data.Options.Path))
            Assert.Contains($"in use by process {Environment.ProcessId}", (await Assert.ThrowsAsync<TroubleException>(() => restore.RunAsync(backup.Path, Zone))).Message);
    }

    private static Task<BackupReport> BackupAsync(TestDatabase data) => data.Provided.GetRequiredService<Backup>().CreateAsync(Zone);
}
