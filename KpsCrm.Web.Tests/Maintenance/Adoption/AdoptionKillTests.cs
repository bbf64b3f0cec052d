using System.Text.Json;
using KpsCrm.Data.Maintenance;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>A kill between any two steps of the change of files: the next run ends it, and nothing of either file is lost.</summary>
public sealed class AdoptionKillTests
{
    private const string InTheLog = "Still in the log";

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public async Task TheNextRunEndsWhatWasDecided(int steps)
    {
        using var legacy = await WithLogAsync();
        var (file, log) = (LegacyDatabase.HashOf(legacy.Path), LegacyDatabase.HashOf(legacy.Path + "-wal"));
        var keep = await DecideAsync(legacy);
        var (path, done) = (legacy.Path, 0);
        foreach (var step in new Action[]
        {
            () => Durable.SecondName(path, keep),
            () => Durable.SecondName(path + "-wal", keep + "-wal"),
            () => File.Delete(path + "-wal"),
            () => File.Move(AdoptionSwap.Ready(path), path, overwrite: true),
            () => File.Delete(path + ".adoption"),
        })
        {
            if (done++ < steps)
                step();
        }

        await using (var services = legacy.Services())
        {
            if (new Adoption(new() { Path = path }, legacy.Clock, null!, null!) is { IsWaiting: true })
                await legacy.AdoptAsync();
        }

        Assert.Equal([InTheLog], legacy.Ask("SELECT name FROM leads"));
        Assert.Equal((file, log), (LegacyDatabase.HashOf(keep), LegacyDatabase.HashOf(keep + "-wal")));
        Assert.Empty(legacy.Files.Except(["kps_crm.db", "kps_crm.legacy-x.db", "kps_crm.legacy-x.db-wal", "report.txt"]));
        await AdoptionTests.AssertWholeAsync(legacy);
    }

    [Fact]
    public async Task WhatTheOlderSystemWroteAfterAKillIsAdoptedToo()
    {
        using var legacy = await WithLogAsync();
        await DecideAsync(legacy);
        legacy.Run("INSERT INTO leads (name, email) VALUES ('After the kill', 'after@example.com')");

        await legacy.AdoptAsync();

        Assert.Equal([InTheLog, "After the kill"], legacy.Ask("SELECT name FROM leads ORDER BY id"));
    }

    [Fact]
    public async Task WhatAKilledRunLeftBehindIsInNobodysWay()
    {
        using var legacy = LegacyDatabase.Sample();
        foreach (var rest in new[] { ".adopting", ".adopting-wal", ".adopting-source", ".adopting-report", ".adopting-details", ".adopted", ".adoption.part" })
            await File.WriteAllTextAsync(legacy.Path + rest, "half of something");

        await legacy.AdoptAsync();

        Assert.Equal(["240"], legacy.Ask("SELECT count(*) FROM leads"));
        Assert.Equal(4, legacy.Files.Count());
    }

    /// <summary>With a row that is committed but only in the -wal.</summary>
    private static async Task<LegacyDatabase> WithLogAsync()
    {
        using var open = new LegacyDatabase();
        await using var connection = new SqliteConnection($"Data Source={open.Path};Pooling=False");
        await connection.OpenAsync();
        foreach (var sql in new[] { "PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", $"INSERT INTO leads (name, email) VALUES ('{InTheLog}', 'log@example.com')" })
            await new SqliteCommand(sql, connection).ExecuteNonQueryAsync();
        var legacy = new LegacyDatabase("");
        foreach (var part in new[] { "", "-wal" })
            File.Copy(open.Path + part, legacy.Path + part);
        return legacy;
    }

    /// <summary>Everything is ready, and the note lies there.</summary>
    private static async Task<string> DecideAsync(LegacyDatabase legacy)
    {
        var made = Path.Combine(legacy.Folder, "elsewhere", "kps_crm.db");
        await legacy.AdoptAsync(made);
        File.Move(made, AdoptionSwap.Ready(legacy.Path));
        Directory.Delete(Path.GetDirectoryName(made)!, recursive: true);
        var (keep, report) = (Path.Combine(legacy.Folder, "kps_crm.legacy-x.db"), Path.Combine(legacy.Folder, "report.txt"));
        await File.WriteAllTextAsync(legacy.Path + ".adoption", JsonSerializer.Serialize(new AdoptionSwap(keep, LegacyCopy.HashOf(legacy.Path), report)));
        return keep;
    }
}
