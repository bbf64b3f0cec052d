using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>The documented way without any command: stop, copy a backup over the database, start.</summary>
public class CopyOverTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ABackupCopiedOverTheDatabaseWhileStoppedIsTheDatabase(bool killed)
    {
        var (folder, kept) = (Directory.CreateTempSubdirectory("kps-app-").FullName, Directory.CreateTempSubdirectory("kps-kept-").FullName);
        string backup;
        await using (var app = await CrmApp.StartAsync())
        {
            await AddAsync(app, "Before");
            backup = (await app.Services.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc)).Path;
            await AddAsync(app, "After");
            // What a killed program leaves: the database, and the log with what was answered last.
            foreach (var part in new[] { "", "-wal", "-shm" })
                File.Copy(Path.Combine(app.Folder, $"kps_crm.db{part}"), Path.Combine(folder, $"kps_crm.db{part}"));
            File.Copy(backup, Path.Combine(kept, "backup.db"));
        }
        if (!killed)
            File.Delete(Path.Combine(folder, "kps_crm.db-wal"));

        File.Copy(Path.Combine(kept, "backup.db"), Path.Combine(folder, "kps_crm.db"), overwrite: true);

        await using var again = await CrmApp.StartAsync(folder: folder);
        Assert.Equal(["Before"], await again.Store.ReadAsync(Actor.System, view => view.Leads.Select(l => l.Name).ToListAsync()));
        Assert.Empty((await again.Services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.Equal(killed, File.Exists(Path.Combine(folder, "kps_crm.db-wal.stranger")));
        Directory.Delete(kept, recursive: true);
    }

    /// <summary>The trail can't know that it was somebody who may: until they say so, what is missing is missing.</summary>
    [Fact]
    public async Task WhoeverCopiedABackupOverSaysSoOnceAndTheTrailIsWholeAgain()
    {
        var folder = Directory.CreateTempSubdirectory("kps-app-").FullName;
        string backup;
        await using (var app = await CrmApp.StartAsync(folder: folder))
        {
            await TellAsync(app);
            backup = (await app.Services.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc)).Path;
            await TellAsync(app);
            await app.StopAsync();
            foreach (var part in new[] { "", "-wal", "-shm" })
                File.Delete(Path.Combine(folder, $"kps_crm.db{part}"));
            File.Copy(backup, Path.Combine(folder, "kps_crm.db"));
            var line = new CommandLine(Path.Combine(folder, "kps_crm.db"));
            Assert.Equal(1, (await line.RunAsync(["db", "check"])).Code);

            var said = await line.RunAsync(["db", "restored", backup]);

            Assert.True(said.Code == 0, said.Err);
            var (code, output, _) = await line.RunAsync(["db", "check"]);
            Assert.True(code == 0, output);
        }
    }

    private static Task TellAsync(CrmApp app) => app.Store.WriteAsync(Actor.System, db =>
    {
        db.Audit(SecurityEvents.Checked);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task AProgramThatWasKilledKeepsItsOwnLog()
    {
        var folder = Directory.CreateTempSubdirectory("kps-app-").FullName;
        await using (var app = await CrmApp.StartAsync())
        {
            await AddAsync(app, "Answered");
            foreach (var part in new[] { "", "-wal", "-shm" })
                File.Copy(Path.Combine(app.Folder, $"kps_crm.db{part}"), Path.Combine(folder, $"kps_crm.db{part}"));
        }

        await using var again = await CrmApp.StartAsync(folder: folder);
        Assert.Equal(["Answered"], await again.Store.ReadAsync(Actor.System, view => view.Leads.Select(l => l.Name).ToListAsync()));
    }

    private static Task AddAsync(CrmApp app, string name) => app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = name, Email = $"{name}@example.com", CreatedAt = db.Now })));
}
