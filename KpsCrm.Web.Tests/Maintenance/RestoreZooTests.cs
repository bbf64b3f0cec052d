using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Whatever somebody takes for a backup: it is restored, or refused with one sentence and nothing changes, byte for byte.</summary>
public class RestoreZooTests
{
    private static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;

    private static readonly Dictionary<string, (string Words, Func<TestDatabase, string, string, Task> Make)> Zoo = new()
    {
        ["text"] = ("no SQLite database", (_, _, at) => File.WriteAllTextAsync(at, "Dear all, this is no database.")),
        ["empty"] = ("is empty", (_, _, at) => File.WriteAllBytesAsync(at, [])),
        ["cut in the middle"] = ("damaged or was not copied whole", async (_, good, at) => await File.WriteAllBytesAsync(at, (await File.ReadAllBytesAsync(good)).Take(100_000).ToArray())),
        ["cut to its header"] = ("damaged or was not copied whole", async (_, good, at) => await File.WriteAllBytesAsync(at, (await File.ReadAllBytesAsync(good))[..100])),
        ["a page overwritten"] = ("damaged or was not copied whole", async (_, good, at) =>
        {
            var bytes = await File.ReadAllBytesAsync(good);
            RandomNumberGenerator.Fill(bytes.AsSpan(bytes.Length / 4096 / 2 * 4096, 4096));
            await File.WriteAllBytesAsync(at, bytes);
        }
        ),
        ["another program's"] = ("belongs to another program (it holds songs)", (_, _, at) => SqlAsync(at, "CREATE TABLE songs (id INTEGER)")),
        ["the older system's"] = ("a database of the older system", (_, _, at) => SqlAsync(at, $"CREATE TABLE leads ({string.Join(", ", LegacyTable.Documented["leads"])})")),
        ["no tables"] = ("holds no data", (_, _, at) => SqlAsync(at, "CREATE TABLE a (b); DROP TABLE a")),
        ["of a newer version"] = ("newer version", async (_, good, at) =>
        {
            File.Copy(good, at);
            await SqlAsync(at, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '99')");
        }
        ),
        ["encrypted under another passphrase"] = ("passphrase", async (data, _, at) => await File.WriteAllBytesAsync(at, await SealedAsync(data, "another passphrase"))),
        ["encrypted and cut off"] = ("cut off or was changed", async (data, _, at) => await File.WriteAllBytesAsync(at, (await SealedAsync(data, "correct horse battery"))[..^1000])),
        ["the database itself"] = ("the database itself", (data, _, _) => Task.CompletedTask),
    };

    public static TheoryData<string> Animals => [.. Zoo.Keys];

    [Theory, MemberData(nameof(Animals))]
    public async Task WhatIsNoBackupChangesNothing(string animal)
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var good = await data.Provided.GetRequiredService<Backup>().CreateAsync(Zone);
        await data.AddLeadAsync("After", "after@example.com");
        var at = animal == "the database itself" ? data.Options.Path : Path.Combine(Directory.CreateDirectory(Path.Combine(data.Options.Folder, "zoo")).FullName, "animal.db");
        await Zoo[animal].Make(data, good.Path, at);
        var before = await EverythingAsync(data);

        var trouble = await Assert.ThrowsAnyAsync<TroubleException>(() => data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(at, Zone) { IsServing = true, Passphrases = ["correct horse battery"] }));

        Assert.Contains(Zoo[animal].Words, trouble.Message);
        Assert.Matches(@"^[A-Z][^\n]*\.$", trouble.Message);
        Assert.Equal(before, await EverythingAsync(data));
        await data.AddLeadAsync("Later", "later@example.com");
    }

    /// <summary>A row that somebody's own tool left referring to nothing: better a backup with it than none.</summary>
    [Fact]
    public async Task WhatRefersToNothingIsBackedUpRestoredAndNamedByTheCheck()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        await SqlAsync(data.Options.Path, "PRAGMA foreign_keys = OFF; UPDATE leads SET owner_id = 4711");

        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(Zone);
        await data.AddLeadAsync("After", "after@example.com");
        await data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(backup.Path, Zone) { IsServing = true });

        Assert.NotNull(backup.Note.ProvedAt);
        Assert.Equal("Before", await data.Store.ReadAsync(data.Admin, view => view.Leads.Select(l => l.Name).SingleAsync()));
        Assert.Contains((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings, f => f.Table == "leads");
    }

    [Theory, MemberData(nameof(LandedFile.All), MemberType = typeof(LandedFile))]
    public async Task OneOfAnEarlierSchemaIsBroughtUpToDateOnTheCopy(string landed)
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();
        var old = await LandedFile.UnpackAsync(landed, Path.Combine(data.Options.Folder, "old.db"));
        var (bytes, leads) = (await File.ReadAllBytesAsync(Path.Combine(data.Options.Folder, "old.db")), old.Ask("SELECT count(*) FROM leads")[0][0]);

        await data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(Path.Combine(data.Options.Folder, "old.db"), Zone) { IsServing = true });

        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.Equal(leads, new LandedFile(data.Options.Path).Ask("SELECT count(*) FROM leads")[0][0]);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(data.Options.Folder, "old.db")));
    }

    /// <summary>Such a copy may be torn; then it is refused. Where it is not, all that it brings is whole.</summary>
    [Fact]
    public async Task APlainCopyTakenUnderLoadIsWholeOrRefused()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await data.AddLeadAsync($"{w}-{i} {new string('x', 500)}", $"{w}-{i}@example.com");
        })).ToList();
        var copies = new List<string>();
        while (copies.Count < 8)
        {
            var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(data.Options.Folder, "zoo")).FullName, $"{copies.Count}.db");
            await CopyPlainlyAsync(data.Options.Path, copy);
            copies.Add(copy);
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        foreach (var copy in copies)
        {
            try
            {
                await data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(copy, Zone) { IsServing = true });
            }
            catch (TroubleException e)
            {
                Assert.Contains("damaged or was not copied whole", e.Message);
            }
            Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        }
    }

    [Fact]
    public async Task ALogOfAnotherLifeBesideABackupIsNotRead()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(Zone);
        await data.AddLeadAsync("After", "after@example.com");
        File.Copy($"{data.Options.Path}-wal", $"{backup.Path}-wal");

        await data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(backup.Path, Zone) { IsServing = true });

        Assert.Equal(["Before"], new LandedFile(data.Options.Path).Ask("SELECT name FROM leads").Select(r => (string)r[0]!));
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    private static async Task<byte[]> SealedAsync(TestDatabase data, string passphrase)
    {
        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(new BackupWish(Zone, BackupCause.Hand) { Passphrase = passphrase });
        return await File.ReadAllBytesAsync(backup.Path);
    }

    private static async Task CopyPlainlyAsync(string from, string to)
    {
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await using var target = File.Create(to);
        await source.CopyToAsync(target);
    }

    private static async Task SqlAsync(string path, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        await SqliteFile.ListAsync(connection, sql, default);
    }

    private static async Task<string> EverythingAsync(TestDatabase data)
    {
        var all = new List<string>();
        foreach (var file in Directory.GetFiles(data.Options.Folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal) && !f.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            all.Add($"{file} {Convert.ToHexString(await SHA256.HashDataAsync(content))}");
        }
        return string.Join('\n', all);
    }
}
