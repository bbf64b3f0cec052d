using System.Diagnostics;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Killed at any moment of a restore, the data is the old or the new, whole, and never neither; the next start says which, and leaves nothing lying about.</summary>
[Collection(Faults.Alone.Name)]
public sealed class RestoreKillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-kill-").FullName;
    private readonly string _kept = Directory.CreateTempSubdirectory("kps-kept-").FullName;

    private string Database => Path.Combine(_folder, "kps_crm.db");

    [Fact]
    public async Task ItIsTheOldOrTheNewNeverNeither()
    {
        var backup = Path.Combine(_kept, "backup.db");
        await MakeAsync("Yesterday", backup);
        var present = Path.Combine(_kept, "present.db");
        await MakeAsync("Today", present);
        var seen = new List<string>();
        for (var kill = 0; kill < 12; kill++)
        {
            foreach (var left in Directory.GetFiles(_folder))
                File.Delete(left);
            File.Copy(present, Database);
            await RestoreAndKillAsync(backup, TimeSpan.FromMilliseconds(25 * kill));

            var ended = Restore.Recover(new() { Path = Database });

            var now = Assert.Single(new LandedFile(Database).Ask("SELECT name FROM leads"))[0]!.ToString()!;
            seen.Add(now);
            await using (var services = Services())
                Assert.DoesNotContain((await services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings, f => !f.Sentence.Contains("audit", StringComparison.OrdinalIgnoreCase));
            if (ended is not null)
                Assert.Contains(now == "Today" ? "as it was before" : "that of the backup", ended.Sentence);
            // Where the backup is in place, the state before has a name; else nothing bears one.
            Assert.Equal(now == "Today" ? 0 : 1, BackupFile.In(_folder).Count);
            Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder), f => Path.GetFileName(f).StartsWith(".backup-", StringComparison.Ordinal) || f.EndsWith(".restore", StringComparison.Ordinal) || f.EndsWith("-wal", StringComparison.Ordinal));
        }
        Assert.Contains("Today", seen);
    }

    private async Task RestoreAndKillAsync(string backup, TimeSpan after)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "db", "restore", backup]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Database__Path"] = Database;
        using var process = Process.Start(start)!;
        while (!process.HasExited && !Directory.EnumerateDirectories(_folder, ".backup-*").Any())
            await Task.Delay(2);
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(after));
        process.Kill();
        await process.WaitForExitAsync();
    }

    private async Task MakeAsync(string lead, string target)
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync(lead);
        File.Copy((await data.Provided.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc)).Path, target);
    }

    private ServiceProvider Services() => new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = Database }).BuildServiceProvider();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_kept, recursive: true);
    }
}
