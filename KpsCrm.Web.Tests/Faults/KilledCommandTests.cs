using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Maintenance;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>kill -9 in the middle of what handles whole files: afterwards there is the old one or the new one, never neither, and the same command succeeds.</summary>
[Collection(Alone.Name)]
public sealed class KilledCommandTests : IDisposable
{
    private const int Leads = 2_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("kps-killed-").FullName;
    private readonly Random _random = new(int.TryParse(Environment.GetEnvironmentVariable("KPS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1);

    private static int Kills(int usual) => int.TryParse(Environment.GetEnvironmentVariable("KPS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? Math.Max(1, kills / 4) : usual;

    private string Database => Path.Combine(_folder, "kps_crm.db");

    [Fact]
    public async Task AKilledBackupIsNotThereOrWhole()
    {
        await FillAsync(Database, "Present");
        for (var kill = 0; kill < Kills(2); kill++)
        {
            await KillAsync("db", "backup");

            Assert.All(Backups(), backup => Assert.Equal((Leads, "Present"), Content(backup)));
            Assert.Equal((Leads, "Present"), Content(Database));
        }
        await RunAsync("db", "backup");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task AKilledRestoreLeavesTheOldStateOrTheNewOne()
    {
        await FillAsync(Database, "Past");
        await RunAsync("db", "backup");
        var past = Assert.Single(Backups());
        foreach (var part in new[] { "", "-wal", "-shm" })
            File.Delete(Database + part);
        await FillAsync(Database, "Present");
        for (var kill = 0; kill < Kills(3); kill++)
        {
            await KillAsync("db", "restore", past);

            // Whoever starts now finds one of the two, whole, and the other beside it.
            var (rows, state) = Content(Database);
            Assert.Equal(Leads, rows);
            Assert.Contains(state, new[] { "Past", "Present" });
            Assert.Contains("Present", Backups().Append(Database).Select(f => Content(f).State));
            await AssertWholeAsync();
        }
        await RunAsync("db", "restore", past);
        Assert.Equal((Leads, "Past"), Content(Database));
        await AssertWholeAsync();
    }

    [Fact]
    public async Task AKilledUpgradeGoesOnAtTheNextStart()
    {
        var landed = LandedFile.All.First().Data;
        for (var kill = 0; kill < Kills(2); kill++)
        {
            foreach (var file in Directory.GetFiles(_folder))
                File.Delete(file);
            var old = await LandedFile.UnpackAsync(landed, Database);
            var tables = old.Tables();
            var before = tables.ToDictionary(t => t.Key, t => old.Rows(t.Key, t.Value));

            await KillAsync("db", "init", "--no-sample");
            await RunAsync("db", "init", "--no-sample");

            Assert.All(tables.Where(t => t.Key != "users"), table => Assert.Equal(before[table.Key], old.Rows(table.Key, table.Value)));
            await AssertWholeAsync();
        }
    }

    [Fact]
    public async Task AKilledAdoptionLeavesTheOlderFileAndTheNextRunBringsEverything()
    {
        using var legacy = LegacyDatabase.Sample();
        var (older, rows) = (await HashAsync(legacy.Path), Rows(legacy.Path));
        for (var kill = 0; kill < Kills(2); kill++)
        {
            foreach (var file in Directory.GetFiles(_folder))
                File.Delete(file);
            await KillAsync("db", "adopt", legacy.Path);
            await RunAsync("db", "adopt", legacy.Path);

            Assert.Equal(older, await HashAsync(legacy.Path));
            Assert.Equal(rows, Rows(Database));
            await AssertWholeAsync();
        }
    }

    [Fact]
    public async Task AKilledImportHasWhatItAddedAndTheSameAgainAddsTheRest()
    {
        await RunAsync("db", "init", "--no-sample");
        var file = Path.Combine(_folder, "leads.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, Leads).Select(i => $"Lead {i},{i}@example.com").Prepend("name,email"));
        for (var kill = 0; kill < Kills(2); kill++)
        {
            await KillAsync("db", "import", file);
            await AssertWholeAsync();
        }

        await using (var rest = ServerProcess.Launch(Database, ["db", "import", file]))
            Assert.True(await rest.EndAsync() is 0 or 1, rest.Said);

        await using var services = Open(Database);
        Assert.Equal(Leads, await services.GetRequiredService<CrmStore>().ReadAsync(Actor.System, view => view.Leads.Select(l => l.Email).Distinct().CountAsync()));
        Assert.Equal((Leads, "Lead 0"), Content(Database));
        await AssertWholeAsync();
    }

    private IEnumerable<string> Backups() => Directory.GetFiles(_folder, "backup_*.db");

    /// <summary>Kills the command at one of its writes where strace is at hand, and at a moment between its start and its usual end where it isn't.</summary>
    private async Task KillAsync(params string[] command)
    {
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await using var killed = ServerProcess.Launch(Database, command, Strace.IsThere ? AtOneWrite() : null);
            if (!Strace.IsThere)
            {
                using var moment = new CancellationTokenSource(await UsualTimeAsync(command) * (0.3 + 0.6 * _random.NextDouble()));
                await Task.WhenAny(killed.Process.WaitForExitAsync(), Task.Delay(Timeout.Infinite, moment.Token));
                await killed.KillAsync();
            }
            // It may have done with fewer writes than that.
            if (await killed.EndAsync() != 0)
                return;
        }
        Assert.Fail("It was never quick enough to kill it.");
    }

    private string[] AtOneWrite()
    {
        var (calls, most) = _random.Next(2) == 0 ? ("pwrite64", 300) : ("fdatasync,fsync,rename,renameat,unlink", 12);
        return Strace.Before("-e", $"trace={calls}", "-e", $"inject={calls}:signal=SIGKILL:when={_random.Next(1, most)}");
    }

    private readonly Dictionary<string, TimeSpan> _usual = [];

    /// <summary>How long the command takes when nobody disturbs it, tried on a copy.</summary>
    private async Task<TimeSpan> UsualTimeAsync(string[] command)
    {
        if (_usual.TryGetValue(command[1], out var known))
            return known;
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "trial")).FullName;
        foreach (var file in Directory.GetFiles(_folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        var started = Stopwatch.GetTimestamp();
        await using (var whole = ServerProcess.Launch(Path.Combine(copy, "kps_crm.db"), command))
            Assert.Equal(0, await whole.EndAsync());
        Directory.Delete(copy, recursive: true);
        return _usual[command[1]] = Stopwatch.GetElapsedTime(started);
    }

    private async Task RunAsync(params string[] command)
    {
        await using var run = ServerProcess.Launch(Database, command);
        Assert.True(await run.EndAsync() == 0, run.Said);
    }

    private static async Task FillAsync(string path, string name)
    {
        await using var services = Open(path);
        await services.GetRequiredService<Schema>().MigrateAsync();
        await services.GetRequiredService<CrmStore>().WriteAsync(Actor.System, db =>
        {
            for (var i = 0; i < Leads; i++)
                db.Leads.Add(new Lead { Name = name, Email = $"{i}@example.com", Notes = new string('x', 500), CreatedAt = db.Now });
            return Task.CompletedTask;
        });
    }

    private async Task AssertWholeAsync()
    {
        await using var services = Open(Database);
        Assert.Equal([], await Verify.FindingsAsync(services));
    }

    private static async Task<string> HashAsync(string path) => Convert.ToHexString(await SHA256.HashDataAsync(new MemoryStream(await File.ReadAllBytesAsync(path))));

    private static string Rows(string path)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        file.Open();
        using var command = new SqliteCommand("SELECT (SELECT count(*) FROM leads) || ' leads, ' || (SELECT count(*) FROM clients) || ' clients, ' || (SELECT count(*) FROM deals) || ' deals, ' || (SELECT count(*) FROM analytics_events) || ' events'", file);
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>As whoever opens it next finds it.</summary>
    private static (long Rows, string State) Content(string path)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        using var command = new SqliteCommand("SELECT (SELECT count(*) FROM leads), (SELECT name FROM leads LIMIT 1), (SELECT group_concat(integrity_check) FROM pragma_integrity_check)", file);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal("ok", reader.GetString(2));
        return (reader.GetInt64(0), reader.GetString(1));
    }

    private static ServiceProvider Open(string path) => new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = path }).BuildServiceProvider();

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
