using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Providers;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>An upgrade on PostgreSQL is backed up, tried on a scratch database and then done wholly or not at all.</summary>
public sealed class PostgresTrialTests : IAsyncLifetime
{
    private const string State = "SELECT (SELECT string_agg(migration_id, ',' ORDER BY 1) FROM \"__EFMigrationsHistory\") || (SELECT string_agg(table_name || column_name, ',' ORDER BY 1) FROM information_schema.columns WHERE table_schema = 'public') || (SELECT string_agg(name, ',' ORDER BY 1) FROM leads)";

    private readonly string _folder = Directory.CreateTempSubdirectory("kps-trial-").FullName;
    private readonly List<string> _logged = [];
    private PostgresServer.OwnServer _own = null!;
    private string _server = "";
    private string? _tools;

    public async ValueTask InitializeAsync()
    {
        _own = await PostgresServer.StartOwnAsync();
        await PostgresServer.ExecuteAsync(_own.Connection, "CREATE DATABASE kps_crm");
        _server = new NpgsqlConnectionStringBuilder(_own.Connection) { Database = "kps_crm" }.ToString();
        await using var services = Services();
        await using var db = services.GetRequiredService<IProvider>().OpenForIdentity();
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
        await PostgresServer.ExecuteAsync(_server, "INSERT INTO leads (name, email) VALUES ('Lead 1', '1@example.com'), ('Lead 2', '2@example.com')");
    }

    [Fact]
    public async Task ItIsBackedUpTriedAndDone()
    {
        await MigrateAsync();

        Assert.Equal((await MigrationsAsync()).Count, int.Parse(await AskAsync("SELECT count(*)::text FROM \"__EFMigrationsHistory\""), System.Globalization.CultureInfo.InvariantCulture));
        var backup = Assert.Single(BackupFile.In(_folder));
        Assert.Equal((true, BackupCause.BeforeUpgrade, (await MigrationsAsync())[0]), (backup.IsProved, backup.Cause, backup.Note!.Schema));
        Assert.Equal(2, backup.Note.Rows["leads"]);
        await AssertNoScratchAsync();
    }

    [Fact]
    public async Task WhatFailsOnTheScratchDatabaseIsNotBegunOnTheRealOne()
    {
        await FailAtAsync("true");
        var before = await AskAsync(State);

        var trouble = await Assert.ThrowsAsync<TroubleException>(MigrateAsync);

        Assert.Contains("failed on a copy (P0001: not now", trouble.Message);
        Assert.Contains("the database was not touched; start the version before, and keep", trouble.Message);
        Assert.Equal(before, await AskAsync(State));
        Assert.Contains(Assert.Single(BackupFile.In(_folder)).Path, trouble.Message);
        // Whoever is started again and again does not fill the disk with it.
        await Assert.ThrowsAsync<TroubleException>(MigrateAsync);
        Assert.Single(BackupFile.In(_folder));
        await AssertNoScratchAsync();
    }

    /// <summary>It goes well on the scratch database, and the last migration fails on the real one: nothing of those before it stays.</summary>
    [Fact]
    public async Task WhatFailsInTheLastMigrationLeavesNothingOfTheFirst()
    {
        await FailAtAsync("current_database() = 'kps_crm'");
        var before = await AskAsync(State);

        var trouble = await Assert.ThrowsAsync<TroubleException>(MigrateAsync);

        Assert.Contains("broke off (P0001: not now); the database is as it was before, and in ", trouble.Message);
        Assert.Equal(before, await AskAsync(State));
        await AssertNoScratchAsync();
        await PostgresServer.ExecuteAsync(_server, "DROP TRIGGER somebody_elses ON \"__EFMigrationsHistory\"");
        await MigrateAsync();
    }

    [Fact]
    public async Task AServerKilledInTheMidstLeavesTheOldStateAndTheNextStartGoesOn()
    {
        await FailAtAsync("current_database() = 'kps_crm' AND pg_sleep(60) IS NOT NULL");
        var before = await AskAsync(State);

        var upgrade = MigrateAsync();
        while (!upgrade.IsCompleted && await AskAsync("SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "0")
            await Task.Delay(10);
        await _own.ControlAsync("restart", "-m", "immediate");

        Assert.Contains("the database is as it was before", (await Assert.ThrowsAsync<TroubleException>(() => upgrade)).Message);
        NpgsqlConnection.ClearAllPools();
        Assert.Equal(before, await AskAsync(State));
        await PostgresServer.ExecuteAsync(_server, "DROP TRIGGER somebody_elses ON \"__EFMigrationsHistory\"");
        await MigrateAsync();
        await AssertNoScratchAsync();
    }

    [Fact]
    public async Task WhoMayMakeNoDatabaseIsToldAndUpgradesWithoutATrial()
    {
        await PostgresServer.ExecuteAsync(_server, "CREATE ROLE clerk LOGIN; ALTER DATABASE kps_crm OWNER TO clerk; GRANT postgres TO clerk");
        var postgres = _server;
        _server = new NpgsqlConnectionStringBuilder(_server) { Username = "clerk" }.ToString();

        await MigrateAsync();

        Assert.Contains(_logged, l => l.StartsWith("The PostgreSQL role clerk may not create a database", StringComparison.Ordinal));
        Assert.Empty(Assert.Single(BackupFile.In(_folder)).Note!.Rows);
        _server = postgres;
    }

    [Fact]
    public async Task WithoutTheServersToolsItIsToldAndAllTheSameDoneWholly()
    {
        _tools = _folder;

        await MigrateAsync();

        Assert.Contains(_logged, l => l.Contains("the server's own backups are expected", StringComparison.Ordinal));
        Assert.Empty(BackupFile.In(_folder));
        Assert.Equal((await MigrationsAsync()).Count.ToString(System.Globalization.CultureInfo.InvariantCulture), await AskAsync("SELECT count(*)::text FROM \"__EFMigrationsHistory\""));
    }

    [Fact]
    public async Task AScratchDatabaseThatWasLeftIsDroppedAtTheNextStartAndAnothersIsNot()
    {
        var number = await AskAsync("SELECT oid::text FROM pg_database WHERE datname = 'kps_crm'");
        await PostgresServer.ExecuteAsync(_server, $"CREATE DATABASE kps_scratch_{number}_left");
        await PostgresServer.ExecuteAsync(_server, "CREATE DATABASE kps_scratch_1_anothers");

        await MigrateAsync();

        Assert.Equal("kps_scratch_1_anothers", await AskAsync("SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'kps_scratch%'"));
    }

    /// <summary>Noting the last migration fails where the condition holds.</summary>
    private async Task FailAtAsync(string condition) => await PostgresServer.ExecuteAsync(_server, $"""
        CREATE FUNCTION not_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.migration_id = '{(await MigrationsAsync())[^1]}' AND {condition} THEN RAISE EXCEPTION 'not now'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER somebody_elses BEFORE INSERT ON "__EFMigrationsHistory" FOR EACH ROW EXECUTE FUNCTION not_now();
        """);

    private async Task AssertNoScratchAsync() => Assert.Equal("0", await AskAsync("SELECT count(*)::text FROM pg_database WHERE datname LIKE 'kps_scratch%'"));

    private async Task<IReadOnlyList<string>> MigrationsAsync()
    {
        await using var services = Services();
        await using var db = services.GetRequiredService<IProvider>().OpenForIdentity();
        return [.. db.Database.GetMigrations()];
    }

    private async Task MigrateAsync()
    {
        await using var services = Services();
        await services.GetRequiredService<Schema>().MigrateAsync();
    }

    private async Task<string> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string ?? "";
    }

    private ServiceProvider Services() => new ServiceCollection().AddLogging(l => l.AddProvider(new Kept(_logged))).AddSingleton(TimeProvider.System)
        .AddCrmData(new() { Provider = DatabaseProvider.Postgres, ConnectionString = _server, ServerTools = _tools, Path = Path.Combine(_folder, "kps_crm.db") }).BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _own.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Kept(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
