using System.Diagnostics;
using System.Security.Cryptography;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Providers;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public sealed class UpgradeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-upgrade-").FullName;

    public static TheoryData<string> Landed => LandedFile.Earlier;

    private string Database => Path.Combine(_folder, "kps_crm.db");

    [Theory, MemberData(nameof(Landed))]
    public async Task AnEarlierFileIsBroughtUpToDateWithEveryRowItHad(string landed)
    {
        var file = await LandedFile.UnpackAsync(landed, Database);
        var tables = file.Tables();
        var before = tables.ToDictionary(t => t.Key, t => file.Rows(t.Key, t.Value));

        await using var app = await CrmApp.StartAsync(folder: _folder);

        Assert.All(tables, table => Assert.Equal(before[table.Key], file.Rows(table.Key, table.Value)));
        Assert.NotEmpty(before["leads"]);
        Assert.Empty((await app.Services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.Single(Directory.GetFiles(_folder, "backup_*.db"));
    }

    [Theory, MemberData(nameof(Landed))]
    public async Task AnUpgradeThatFailsLeavesTheFileAsItWas(string landed)
    {
        var file = await LandedFile.UnpackAsync(landed, Database);
        // Whatever the next migration makes, it can't be noted as done.
        file.Run("CREATE TRIGGER somebody_elses BEFORE INSERT ON \"__EFMigrationsHistory\" BEGIN SELECT RAISE(ABORT, 'not now'); END");
        var before = Hash();

        await using var services = Services();
        var trouble = await Assert.ThrowsAsync<TroubleException>(() => services.GetRequiredService<Schema>().MigrateAsync());

        Assert.Contains("failed on a copy", trouble.Message);
        Assert.Contains("the database was not touched", trouble.Message);
        Assert.Equal(before, Hash());
        Assert.Single(Directory.GetFiles(_folder, "backup_*.db"));
        Assert.False(File.Exists(Database + ".trial"));
        // Whoever is started again and again does not fill the disk with it.
        await Assert.ThrowsAsync<TroubleException>(() => services.GetRequiredService<Schema>().MigrateAsync());
        Assert.Single(Directory.GetFiles(_folder, "backup_*.db"));
    }

    /// <summary>It went well on the trial, and then the disk fills up in the last moment.</summary>
    [Theory, MemberData(nameof(Landed))]
    public async Task WhatBreaksOffInTheLastMomentLeavesTheFileAsItWas(string landed)
    {
        await LandedFile.UnpackAsync(landed, Database);
        var before = Hash();
        await using var services = Services();
        var schema = services.GetRequiredService<Schema>();
        schema.BeforeSwitch = () => throw new IOException("No space left on device");

        var trouble = await Assert.ThrowsAsync<TroubleException>(() => schema.MigrateAsync());

        Assert.Contains("broke off (No space left on device); the database is as it was before", trouble.Message);
        Assert.Equal(before, Hash());
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder), f => Path.GetFileName(f).StartsWith(".backup-", StringComparison.Ordinal));
        schema.BeforeSwitch = null;
        Assert.False(await schema.MigrateAsync());
    }

    /// <summary>What somebody else writes later would be lost, and the log of the new file with it. What they wrote before is not.</summary>
    [Theory, MemberData(nameof(Landed))]
    public async Task WhoeverElseHasItOpenKeepsItFromBeingUpgraded(string landed)
    {
        var file = await LandedFile.UnpackAsync(landed, Database);
        await using var services = Services();
        var schema = services.GetRequiredService<Schema>();
        await using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            await other.OpenAsync();
            await SqliteFile.ListAsync(other, "PRAGMA journal_mode = WAL", default);
            await SqliteFile.ListAsync(other, "UPDATE leads SET notes = 'in the log only'", default);

            Assert.Contains("Another program has", (await Assert.ThrowsAsync<TroubleException>(() => schema.MigrateAsync())).Message);
        }
        Assert.False(await schema.MigrateAsync());
        Assert.Equal("in the log only", file.Ask("SELECT DISTINCT notes FROM leads")[0][0]);
    }

    /// <summary>Entity Framework writes its lock into the file; nobody takes it away for who was killed.</summary>
    [Theory, MemberData(nameof(Landed))]
    public async Task TheLockOfAnUpgradeThatWasKilledStopsNobody(string landed)
    {
        var file = await LandedFile.UnpackAsync(landed, Database);
        file.Run("""INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-25 00:00:00')""");
        await using var services = Services();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        Assert.False(await services.GetRequiredService<Schema>().MigrateAsync(cancellationToken: patience.Token));

        Assert.Empty((await services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    [Theory, MemberData(nameof(Landed))]
    public async Task WithoutRoomForTheBackupNothingIsBegun(string landed)
    {
        await LandedFile.UnpackAsync(landed, Database);
        var before = Hash();
        await using var services = Services();
        services.GetRequiredService<DiskSpace>().FreeAt = _ => 1_000;

        var trouble = await Assert.ThrowsAsync<TroubleException>(() => services.GetRequiredService<Schema>().MigrateAsync());

        Assert.Matches(@"^The backup needs .* free in .*; make room there and try again\.$", trouble.Message);
        Assert.Equal(before, Hash());
        Assert.Empty(BackupFile.In(_folder));
    }

    /// <summary>Each migration is a transaction of its own; a power cut leaves the file between any two of them.</summary>
    [Theory, MemberData(nameof(Landed))]
    public async Task AnUpgradeThatStoppedBetweenTwoMigrationsIsEndedByTheNextStart(string landed)
    {
        var unpacked = await LandedFile.UnpackAsync(landed, Database);
        var tables = unpacked.Tables();
        var rows = tables.ToDictionary(t => t.Key, t => unpacked.Rows(t.Key, t.Value));
        var original = await File.ReadAllBytesAsync(Database);
        foreach (var stop in SqliteFile.KnownMigrations().Where(m => string.CompareOrdinal(m, landed) > 0).SkipLast(1))
        {
            await File.WriteAllBytesAsync(Database, original);
            await using (var db = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite($"Data Source={Database};Pooling=False").Options))
            {
                await db.Database.OpenConnectionAsync();
                await db.Database.ExecuteSqlRawAsync("PRAGMA legacy_alter_table = ON");
                await db.GetService<IMigrator>().MigrateAsync(stop);
            }

            await using var services = Services();
            await services.GetRequiredService<Schema>().MigrateAsync();

            Assert.All(tables, table => Assert.Equal(rows[table.Key], unpacked.Rows(table.Key, table.Value)));
            Assert.Empty((await services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        }
    }

    [Fact]
    public async Task AStartThatIsKilledAtAnyMomentOfTheUpgradeIsSimplyStartedAgain()
    {
        var file = await LandedFile.UnpackAsync((string)Landed.First().Data, Database);
        var tables = file.Tables();
        var rows = tables.ToDictionary(t => t.Key, t => file.Rows(t.Key, t.Value));
        for (var kill = 0; kill < 6; kill++)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "db", "init", "--no-sample"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["Database__Path"] = Database;
            using var process = Process.Start(start)!;
            // From the moment on at which its first backup appears, a little later each time.
            while (!process.HasExited && BackupFile.In(_folder).Count <= kill)
                await Task.Delay(5);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(40 * kill));
            process.Kill();
            await process.WaitForExitAsync();
            Assert.NotNull(await SqliteFile.DemandOursAsync(Database, "The database", SqliteFile.KnownMigrations(), default));
        }

        await using var app = await CrmApp.StartAsync(folder: _folder);

        Assert.All(tables, table => Assert.Equal(rows[table.Key], file.Rows(table.Key, table.Value)));
        Assert.Empty((await app.Services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder), f => Path.GetFileName(f).StartsWith(".backup-", StringComparison.Ordinal));
    }

    private ServiceProvider Services() => new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = Database }).BuildServiceProvider();

    private string Hash() => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Database)));

    public void Dispose()
    {
        // A test that starts the program has its folder removed with it.
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
