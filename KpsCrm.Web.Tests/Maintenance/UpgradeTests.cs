using System.IO.Compression;
using System.Security.Cryptography;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Every schema that people may have data in is kept as a small file beside this class, named after its last migration.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-upgrade-").FullName;

    public static TheoryData<string> Landed { get; } = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Maintenance", "Landed")).Select(f => Path.GetFileName(f)!).Order()];

    private string Database => Path.Combine(_folder, "kps_crm.db");

    [Theory, MemberData(nameof(Landed))]
    public async Task AnEarlierFileIsBroughtUpToDateWithEveryRowItHad(string landed)
    {
        await UnpackAsync(landed);
        var tables = Tables();
        var before = tables.ToDictionary(t => t.Key, t => Rows(t.Key, t.Value));

        await using var app = await CrmApp.StartAsync(folder: _folder);

        Assert.All(tables, table => Assert.Equal(before[table.Key], Rows(table.Key, table.Value)));
        Assert.NotEmpty(before["leads"]);
        Assert.Empty(await app.Services.GetRequiredService<DatabaseCheck>().RunAsync());
        Assert.Single(Directory.GetFiles(_folder, "backup_*.db"));
    }

    [Theory, MemberData(nameof(Landed))]
    public async Task AnUpgradeThatFailsLeavesTheFileAsItWas(string landed)
    {
        await UnpackAsync(landed);
        // In the way of the first table that a later migration makes.
        Run("CREATE TABLE tasks (somebody_elses TEXT)");
        var before = Hash();

        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = Database }).BuildServiceProvider();
        var trouble = await Assert.ThrowsAsync<TroubleException>(() => services.GetRequiredService<Schema>().MigrateAsync());

        Assert.Contains("failed on a copy", trouble.Message);
        Assert.Contains("the database was not touched", trouble.Message);
        Assert.Equal(before, Hash());
        Assert.Single(Directory.GetFiles(_folder, "backup_*.db"));
        Assert.False(File.Exists(Database + ".trial"));
    }

    private async Task UnpackAsync(string landed)
    {
        await using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Maintenance", "Landed", landed));
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await using var file = File.Create(Database);
        await unpacked.CopyToAsync(file);
    }

    private Dictionary<string, List<string>> Tables() =>
        Ask("SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY m.name, c.cid")
            .Select(line => line.Split('.')).GroupBy(p => p[0], p => p[1]).ToDictionary(g => g.Key, g => g.ToList());

    private List<string> Rows(string table, List<string> columns) =>
        Ask($"SELECT {string.Join(" || '|' || ", columns.Select(c => $"ifnull(quote(\"{c}\"), '')"))} FROM \"{table}\" ORDER BY 1");

    private List<string> Ask(string sql)
    {
        using var connection = Open();
        using var command = new SqliteCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }

    private void Run(string sql)
    {
        using var connection = Open();
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private string Hash() => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Database)));

    public void Dispose()
    {
        // A test that starts the program has its folder removed with it.
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
