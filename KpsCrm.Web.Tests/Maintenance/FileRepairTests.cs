using KpsCrm.Data;
using KpsCrm.Data.Files;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>What a repair does for attached files: it brings back what a backup has, and sets aside what nothing refers to. It deletes nothing.</summary>
public class FileRepairTests
{
    [Fact]
    public async Task WhatABackupHasComesBackAndWhatStoodThereIsKept()
    {
        await using var data = await TestDatabase.CreateAsync();
        var (missing, damaged) = (await AddAsync(data, "missing.txt", "one"), await AddAsync(data, "damaged.txt", "two"));
        await data.Provided.GetRequiredService<Backup>().CreateAsync(new BackupWish(TimeZoneInfo.Utc, BackupCause.Hand));
        File.Delete(missing);
        await SpoilAsync(damaged);

        var report = await CheckOf(data).RepairAsync(data.Admin);

        Assert.Equal(("one", "two"), (await File.ReadAllTextAsync(missing), await File.ReadAllTextAsync(damaged)));
        Assert.Equal("owt", await File.ReadAllTextAsync(Path.Combine(LostAndFound(data), Path.GetFileName(damaged))));
        Assert.Equal(2, report.Mended.Count(m => m.StartsWith("The content of file", StringComparison.Ordinal)));
        Assert.Empty(report.Findings);
        Assert.Equal(2, await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.CountAsync(l => l.EventType == SecurityEvents.Repaired && l.Subject!.StartsWith("files/"))));
    }

    [Fact]
    public async Task WhatNoBackupHasIsNamedAndLeftAsItIs()
    {
        await using var data = await TestDatabase.CreateAsync();
        var (missing, damaged) = (await AddAsync(data, "missing.txt", "one"), await AddAsync(data, "damaged.txt", "two"));
        File.Delete(missing);
        await SpoilAsync(damaged);

        var report = await CheckOf(data).RepairAsync(data.Admin);

        Assert.DoesNotContain(report.Mended, m => m.StartsWith("The content of file", StringComparison.Ordinal));
        Assert.Equal(2, report.Findings.Count(f => f is { Gravity: Gravity.Damage, Table: "attachments", Mends: false }));
        Assert.False(File.Exists(missing));
        Assert.Equal("owt", await File.ReadAllTextAsync(damaged));
    }

    [Fact]
    public async Task ABackupThatIsDamagedItselfIsPassedOverForOneThatIsSound()
    {
        await using var data = await TestDatabase.CreateAsync();
        var file = await AddAsync(data, "plan.txt", "the plan");
        var backup = data.Provided.GetRequiredService<Backup>();
        await backup.CreateAsync(new BackupWish(TimeZoneInfo.Utc, BackupCause.Hand));
        data.Clock.Advance(TimeSpan.FromDays(1));
        await backup.CreateAsync(new BackupWish(TimeZoneInfo.Utc, BackupCause.Hand));
        var newest = Directory.GetDirectories(data.Options.Folder, "backup_*.files").Order(StringComparer.Ordinal).Last();
        foreach (var copy in Directory.GetFiles(newest, "*", SearchOption.AllDirectories))
        {
            await SpoilAsync(copy);
        }
        File.Delete(file);

        Assert.Empty((await CheckOf(data).RepairAsync(data.Admin)).Findings);

        Assert.Equal("the plan", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task BytesWithoutARowAreMovedAndNoneOverwritesAnother()
    {
        await using var data = await TestDatabase.CreateAsync();
        await AddAsync(data, "kept.txt", "kept");
        var longAgo = data.Clock.GetUtcNow().UtcDateTime.AddDays(-2);
        foreach (var folder in new[] { "aa", "bb" })
        {
            var orphan = Path.Combine(Directory.CreateDirectory(Path.Combine(data.Options.Files, folder)).FullName, "orphan");
            await File.WriteAllTextAsync(orphan, folder);
            File.SetLastWriteTimeUtc(orphan, longAgo);
        }

        var report = await CheckOf(data).RepairAsync(data.Admin);

        Assert.Equal(2, report.Mended.Count(m => m.Contains("orphan was moved", StringComparison.Ordinal)));
        Assert.Empty(report.Findings);
        Assert.Equal(["aa", "bb"], Directory.GetFiles(LostAndFound(data)).Select(File.ReadAllText).Order());
        Assert.Single(Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories));
    }

    private static DatabaseCheck CheckOf(TestDatabase data) => data.Provided.GetRequiredService<DatabaseCheck>();

    private static string LostAndFound(TestDatabase data) => Path.Combine(Path.ChangeExtension(data.Options.Path, ".lost+found"), "2026-11-24");

    /// <summary>In another file: a backup beside it shares the bytes of the original.</summary>
    private static async Task SpoilAsync(string path)
    {
        File.Delete(path);
        await File.WriteAllTextAsync(path, "owt");
    }

    /// <returns>Where its bytes lie.</returns>
    private static async Task<string> AddAsync(TestDatabase data, string name, string content)
    {
        var (files, lead) = (data.Provided.GetRequiredService<FileStore>(), await data.AddLeadAsync(email: $"{name}@example.com"));
        var id = await new AddFile(files, data.Store).RunAsync(data.Anna, ItemRef.Lead(lead), name, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)));
        return files.PathOf(await data.Store.ReadAsync(data.Admin, view => view.Attachments.Where(f => f.Id == id).Select(f => f.StoredAs).SingleAsync()));
    }
}
