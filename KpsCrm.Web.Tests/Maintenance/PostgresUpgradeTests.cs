using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Providers;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>The same rows in a PostgreSQL database of the same age.</summary>
public sealed class PostgresUpgradeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-upgrade-").FullName;
    private string _server = "";

    public static TheoryData<string> Landed => LandedFile.All;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.CreateDatabaseAsync();

    [Theory, MemberData(nameof(Landed))]
    public async Task AnEarlierDatabaseIsBroughtUpToDateWithEveryValueItHad(string landed)
    {
        await MigrateAsync(landed[(landed.IndexOf('_') + 1)..^".db.gz".Length]);
        var tables = await CopyAsync(await LandedFile.UnpackAsync(landed, Path.Combine(_folder, "landed.db")));
        var before = await RowsAsync(tables);

        await using var app = await CrmApp.StartAsync(settings: new() { ["Database:Provider"] = "Postgres", ["Database:ConnectionString"] = _server });

        Assert.All(await RowsAsync(tables), table => Assert.Equal(before[table.Key], table.Value));
        Assert.NotEmpty(before["leads"]);
        Assert.NotEmpty(before["activities"]);
        Assert.Empty((await app.Services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        await app.StopAsync();
    }

    /// <summary>In the midst of the last migrations a table is in the way: the ones before are taken back, too.</summary>
    [Fact]
    public async Task AnUpgradeThatFailsLeavesTheDatabaseAsItWas()
    {
        await MigrateAsync("Initial");
        await PostgresServer.ExecuteAsync(_server, "CREATE TABLE sessions (somebody text); INSERT INTO sessions VALUES ('else')");
        var before = await EverythingAsync();

        var trouble = await Assert.ThrowsAsync<TroubleException>(UpgradeAsync);

        Assert.Contains("failed on a copy", trouble.Message);
        Assert.Contains("so the database was not touched; start the version before", trouble.Message);
        Assert.Equal(before, await EverythingAsync());

        await PostgresServer.ExecuteAsync(_server, "DROP TABLE sessions");
        await UpgradeAsync();
        Assert.NotEqual(before, await EverythingAsync());
    }

    [Fact]
    public async Task AnUpgradeThatLosesARowIsTakenBack()
    {
        await MigrateAsync("Initial");
        var tables = await CopyAsync(await LandedFile.UnpackAsync("20261125004718_Initial.db.gz", Path.Combine(_folder, "landed.db")));
        await PostgresServer.ExecuteAsync(_server, """
            CREATE FUNCTION lose() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM activities WHERE lead_id IS NOT NULL; END $$;
            CREATE EVENT TRIGGER loses ON ddl_command_end EXECUTE FUNCTION lose();
            """);
        var before = await RowsAsync(tables);

        var trouble = await Assert.ThrowsAsync<TroubleException>(UpgradeAsync);

        Assert.Contains("rows of activities instead of", trouble.Message);
        Assert.Equal(before, await RowsAsync(tables));
    }

    [Fact]
    public async Task OfSeveralInstancesThatStartAtOnceOneUpgrades()
    {
        await MigrateAsync("Initial");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => UpgradeAsync()));

        Assert.Equal("0", Assert.Single(await AskAsync("""SELECT (count(*) - count(DISTINCT migration_id))::text FROM "__EFMigrationsHistory" """)));
    }

    /// <summary>Tables, columns and the migrations that were applied.</summary>
    private Task<List<string>> EverythingAsync() => AskAsync("""
        SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT migration_id FROM "__EFMigrationsHistory" ORDER BY 1
        """);

    private async Task UpgradeAsync()
    {
        await using var services = Services();
        await services.GetRequiredService<Schema>().MigrateAsync();
    }

    private ServiceProvider Services() => new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
        .AddCrmData(new() { Provider = DatabaseProvider.Postgres, ConnectionString = _server, Path = Path.Combine(_folder, "kps_crm.db") }).BuildServiceProvider();

    /// <summary>Brings the empty database to the age of the file.</summary>
    private async Task MigrateAsync(string last)
    {
        await using var services = Services();
        await using var db = services.GetRequiredService<IProvider>().OpenForIdentity();
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().Single(m => m.EndsWith("_" + last, StringComparison.Ordinal)));
    }

    /// <summary>Each value through its text, which both databases read alike. Computed columns compute themselves.</summary>
    /// <returns>The tables, those that others refer to first, with their columns.</returns>
    private async Task<List<(string Name, List<string> Columns)>> CopyAsync(LandedFile file)
    {
        var types = (await AskAsync("SELECT table_name || '.' || column_name || '=' || data_type FROM information_schema.columns WHERE table_schema = 'public' AND is_generated = 'NEVER'")).Select(c => c.Split('=')).ToDictionary(c => c[0], c => c[1]);
        var needs = (await AskAsync("SELECT conrelid::regclass || '>' || confrelid::regclass FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid")).Select(c => c.Split('>')).ToLookup(c => c[0], c => c[1]);
        var left = file.Tables();
        var tables = new List<(string, List<string>)>();
        while (left.Count > 0)
        {
            var (table, all) = left.First(t => !needs[t.Key].Any(left.ContainsKey));
            left.Remove(table);
            List<string> columns = [.. all.Where(c => types.ContainsKey($"{table}.{c}"))];
            foreach (var row in file.Ask($"SELECT {string.Join(", ", columns.Select(c => $"\"{c}\""))} FROM \"{table}\" ORDER BY 1"))
                await InsertAsync(table, columns, types, row);
            if (columns.Contains("id") && types[$"{table}.id"] == "integer")
                await PostgresServer.ExecuteAsync(_server, $"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\" HAVING max(id) IS NOT NULL");
            tables.Add((table, columns));
        }
        return tables;
    }

    private async Task InsertAsync(string table, List<string> columns, Dictionary<string, string> types, object?[] row)
    {
        await using var connection = new NpgsqlConnection(_server + ";Timezone=UTC");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"""
            INSERT INTO "{table}" ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) OVERRIDING SYSTEM VALUE
            VALUES ({string.Join(", ", columns.Select((c, i) => $"(${i + 1}::text)::{types[$"{table}.{c}"]}"))})
            """, connection);
        foreach (var value in row)
            command.Parameters.Add(new() { Value = Convert.ToString(value, CultureInfo.InvariantCulture) is { } text && value is not null ? text : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Dictionary<string, List<string>>> RowsAsync(List<(string Name, List<string> Columns)> tables)
    {
        var rows = new Dictionary<string, List<string>>();
        foreach (var (table, columns) in tables)
            rows[table] = await AskAsync($"SELECT concat_ws('|', {string.Join(", ", columns.Select(c => $"quote_nullable(\"{c}\"::text)"))}) FROM \"{table}\" ORDER BY 1");
        return rows;
    }

    private async Task<List<string>> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server + ";Timezone=UTC");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await PostgresServer.DropDatabaseAsync(_server);
        Directory.Delete(_folder, recursive: true);
    }
}
