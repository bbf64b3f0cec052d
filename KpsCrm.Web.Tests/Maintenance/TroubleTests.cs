using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>The built program as a real process: what it says on stderr, its exit code, and that the file is as it was.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-trouble-").FullName;

    private string File_ => Path.Combine(_folder, "kps_crm.db");

    [Theory]
    [InlineData("Database__Provider", "Oracle")]
    [InlineData("Database__Provider", "7")]
    [InlineData("Database__SampleData", "perhaps")]
    [InlineData("Company__TimeZone", "Mars/Olympus")]
    [InlineData("Company__Currency", "dollars")]
    [InlineData("Intake__RequestsPerMinute", "many")]
    [InlineData("Intake__RequestsPerMinute", "0")]
    [InlineData("Records__BinDays", "many")]
    [InlineData("Records__BinDays", "0")]
    [InlineData("Mail__Port", "many")]
    [InlineData("Mail__Port", "70000")]
    [InlineData("Mail__Security", "Tls13")]
    [InlineData("Mail__SalesAddress", "nobody")]
    [InlineData("Mail__BaseUrl", "crm.example")]
    [InlineData("Mail__UserName", "crm")]
    [InlineData("Log__Console", "xml")]
    [InlineData("Log__File", "nowhere")]
    [InlineData("Log__SlowCommandMilliseconds", "-1")]
    [InlineData("Log__SlowCommandMilliseconds", "many")]
    [InlineData("Health__FreeMegabytes", "many")]
    [InlineData("Urls", "nonsense")]
    public async Task AWrongSettingIsNamed(string key, string value) => AssertOneSentence(await RunAsync([], (key, value)), key);

    [Fact]
    public async Task AWrongAddressIsToldBeforeAnythingIsTouched()
    {
        AssertOneSentence(await RunAsync([], ("Urls", "http://localhost:5080;nonsense")), "Urls is wrong");
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task PostgresWithoutAConnectionStringIsNamed() =>
        AssertOneSentence(await RunAsync([], ("Database__Provider", "Postgres")), "Database__ConnectionString");

    [Fact]
    public async Task AServerThatDoesNotAnswerIsNamed() =>
        AssertOneSentence(await RunAsync([], ("Database__Provider", "Postgres"), ("Database__ConnectionString", "Host=127.0.0.1;Port=9;Username=kps;Password=hidden")), "127.0.0.1:9");

    [Fact]
    public async Task AFolderThatCannotBeWrittenIsNamed() =>
        AssertOneSentence(await RunAsync([], ("Database__Path", "/proc/kps/kps_crm.db")), "may not write in /proc/kps");

    [Fact]
    public async Task ATakenPortIsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        AssertOneSentence(await RunAsync(["--urls", url]), $"{url} is already in use");
    }

    [Fact]
    public async Task AFileThatIsNoDatabaseStaysAsItIs()
    {
        await File.WriteAllTextAsync(File_, "This is the letter to the landlord, not a database.");
        await AssertRefusedUnchangedAsync("no SQLite database");
    }

    [Fact]
    public async Task ADatabaseOfAnotherProgramStaysAsItIs()
    {
        await SqlAsync("CREATE TABLE songs (id INTEGER PRIMARY KEY); INSERT INTO songs VALUES (1)");
        await AssertRefusedUnchangedAsync("another program (it holds songs)");
    }

    [Fact]
    public async Task ADatabaseOfANewerVersionStaysAsItIs()
    {
        await RunAsync(["db", "init"]);
        await SqlAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '99')");
        await AssertRefusedUnchangedAsync("newer version");
    }

    [Fact]
    public async Task ADamagedDatabaseStaysAsItIs()
    {
        await RunAsync(["db", "init"]);
        await using (var file = new FileStream(File_, FileMode.Open))
        {
            file.Seek(4096 * 3, SeekOrigin.Begin);
            await file.WriteAsync(new byte[4096 * 20]);
        }
        await AssertRefusedUnchangedAsync("is damaged");
    }

    [Fact]
    public async Task ALockedDatabaseStaysAsItIs()
    {
        await RunAsync(["db", "init"]);
        await using var other = new SqliteConnection($"Data Source={File_};Pooling=False");
        await other.OpenAsync();
        await using var transaction = other.BeginTransaction(deferred: false);
        await AssertRefusedUnchangedAsync("locked by another program");
    }

    [Fact]
    public async Task AnUpgradeThatFailsOnTheCopyLeavesTheDatabaseAndABackup()
    {
        await RunAsync(["db", "init"]);
        await SqlAsync("DELETE FROM \"__EFMigrationsHistory\"");
        await AssertRefusedUnchangedAsync("failed on a copy");
        Assert.Single(Directory.GetFiles(_folder, "backup_*.db"));
        Assert.Empty(Directory.GetFiles(_folder, "*.trial*"));
    }

    [Fact]
    public async Task ASecondServerOnTheSameDataIsToldWhoHasIt()
    {
        using var held = DataLock.Take(File_);
        AssertOneSentence(await RunAsync([]), $"already in use by process {Environment.ProcessId}");
    }

    [Fact]
    public async Task InitTwiceChangesNothingAndBackupWorksBesideAServer()
    {
        var first = await RunAsync(["db", "init"]);
        var rows = await RowsAsync();
        using var server = DataLock.Take(File_);
        var second = await RunAsync(["db", "init"]);
        var backup = await RunAsync(["db", "backup"]);

        Assert.Equal((0, 0, 0), (first.Code, second.Code, backup.Code));
        Assert.Equal(rows, await RowsAsync());
        foreach (var line in new[] { "Total leads:", "Total clients:", "Pipeline value:", "Conversion rate:" })
            Assert.Contains(line, first.Out);
        Assert.Equal(first.Out[first.Out.IndexOf("Total", StringComparison.Ordinal)..], second.Out[second.Out.IndexOf("Total", StringComparison.Ordinal)..]);
        Assert.Single(Directory.GetFiles(_folder, "backup_????-??-??.db"));
    }

    [Fact]
    public async Task OutsideDevelopmentInitMakesNoLoginAndNoSampleMakesNoRows()
    {
        Assert.Equal(0, (await RunAsync(["db", "init", "--no-sample"], ("ASPNETCORE_ENVIRONMENT", "Production"))).Code);
        Assert.Matches("leads=0 ", await RowsAsync());
        Assert.Equal(0, (await RunAsync(["db", "init"], ("ASPNETCORE_ENVIRONMENT", "Production"))).Code);
        Assert.Matches("leads=[1-9].*users=0", await RowsAsync());
    }

    [Theory]
    [InlineData(2, "db", "nonsense")]
    [InlineData(2, "db", "restore")]
    [InlineData(2, "db", "adopt")]
    [InlineData(1, "db", "adopt", "nothing.db")]
    [InlineData(1, "db", "backup")]
    [InlineData(0, "db", "--help")]
    [InlineData(0, "db", "init", "--help")]
    public async Task ExitCodesTellFailureFromWrongUsage(int code, params string[] args)
    {
        var run = await RunAsync(args);
        Assert.Equal(code, run.Code);
        if (code > 0)
            Assert.Single(run.Err.Trim().Split('\n'));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task AssertRefusedUnchangedAsync(string words)
    {
        var before = await HashAsync();
        AssertOneSentence(await RunAsync([]), words);
        Assert.Equal(before, await HashAsync());
    }

    private static void AssertOneSentence((int Code, string Out, string Err) run, string words)
    {
        Assert.Contains(words, run.Err);
        Assert.Single(run.Err.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", run.Out);
        Assert.Equal(1, run.Code);
    }

    private async Task<string> HashAsync() => Convert.ToHexString(SHA256.HashData(await ReadSharedAsync()));

    private async Task<byte[]> ReadSharedAsync()
    {
        await using var file = new FileStream(File_, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>Without the audit trail, in which a backup leaves its line.</summary>
    private async Task<string> RowsAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={File_};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync();
        return string.Join(' ', (await SqliteCopy.CountAsync(connection, default)).Where(t => !t.Key.StartsWith("security_", StringComparison.Ordinal)).Select(t => $"{t.Key}={t.Value}"));
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File_};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private Task<(int Code, string Out, string Err)> RunAsync(string[] args, params (string Key, string Value)[] settings) => new CommandLine(File_).RunAsync(args, settings);
}
