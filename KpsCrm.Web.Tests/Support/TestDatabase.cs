using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace KpsCrm.Web.Tests.Support;

/// <summary>A migrated database of its own for one test: a real SQLite file or a real PostgreSQL database, with four people in it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Dictionary<DatabaseProvider, Lazy<Task<DatabaseOptions>>> Templates =
        Enum.GetValues<DatabaseProvider>().ToDictionary(p => p, p => new Lazy<Task<DatabaseOptions>>(() => CreateTemplateAsync(p)));

    private readonly ServiceProvider _services;

    private TestDatabase(DatabaseOptions options)
    {
        Options = options;
        _services = Services(options, Clock);
    }

    public static TheoryData<DatabaseProvider> Providers { get; } = [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    public DatabaseOptions Options { get; }

    /// <summary>Starts on a working day at noon UTC and moves only when told.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };

    public IServiceProvider Provided => _services;
    public CrmStore Store => _services.GetRequiredService<CrmStore>();
    public ChangeFeed Feed => _services.GetRequiredService<ChangeFeed>();
    public Actor Admin { get; } = new(1, "Alex Admin", Role.Admin);
    public Actor Manager { get; } = new(2, "Maria Manager", Role.Manager);
    public Actor Anna { get; } = new(3, "Anna Alvarez", Role.Sales);
    public Actor Ben { get; } = new(4, "Ben Brooks", Role.Sales);

    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
    {
        var template = await Templates[provider].Value;
        if (provider == DatabaseProvider.Postgres)
        {
            var copy = await PostgresServer.CreateDatabaseAsync(new NpgsqlConnectionStringBuilder(template.ConnectionString).Database);
            return new(new() { Provider = provider, ConnectionString = copy, Path = Path.Combine(Directory.CreateTempSubdirectory("kps-test-").FullName, "kps_crm.db") });
        }

        var path = Path.Combine(Directory.CreateTempSubdirectory("kps-test-").FullName, "kps_crm.db");
        File.Copy(template.Path, path);
        return new(new() { Provider = provider, Path = path });
    }

    /// <summary>Another program instance on the same database.</summary>
    public ServiceProvider OpenSecondInstance() => Services(Options, Clock);

    /// <summary>Ends the program; the data stays until the test is over.</summary>
    public ValueTask StopAsync() => _services.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (Options.Provider == DatabaseProvider.Postgres)
            await PostgresServer.DropDatabaseAsync(Options.ConnectionString!);
        Directory.Delete(Path.GetDirectoryName(Options.Path)!, recursive: true);
    }

    private static ServiceProvider Services(DatabaseOptions options, TimeProvider clock) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(clock)
        .AddCrmData(options)
        .BuildServiceProvider();

    private static async Task<DatabaseOptions> CreateTemplateAsync(DatabaseProvider provider)
    {
        var options = new DatabaseOptions { Provider = provider };
        if (provider == DatabaseProvider.Postgres)
            options.ConnectionString = await PostgresServer.CreateDatabaseAsync();
        else
            options.Path = Path.Combine(Directory.CreateTempSubdirectory("kps-template-").FullName, "kps_crm.db");

        await using (var services = Services(options, TimeProvider.System))
        {
            await services.GetRequiredService<Schema>().MigrateAsync();
            await services.GetRequiredService<CrmStore>().WriteAsync(Actor.System, db =>
            {
                foreach (var (id, name, role) in new[] { (1, "Alex Admin", Role.Admin), (2, "Maria Manager", Role.Manager), (3, "Anna Alvarez", Role.Sales), (4, "Ben Brooks", Role.Sales) })
                {
                    var email = $"{name.Split(' ')[0].ToLowerInvariant()}@kps.example";
                    db.Users.Add(new User { Id = id, Name = name, Role = role, UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), SecurityStamp = "-", CreatedAt = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc) });
                }
                return Task.CompletedTask;
            });
        }

        if (provider == DatabaseProvider.Postgres)
        {
            // A database that somebody is connected to cannot be copied.
            await using var pool = new NpgsqlConnection(options.ConnectionString);
            NpgsqlConnection.ClearPool(pool);
        }
        else
        {
            await using var file = new SqliteConnection($"Data Source={options.Path};Pooling=False");
            await file.OpenAsync();
            await using var checkpoint = file.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await checkpoint.ExecuteNonQueryAsync();
        }
        return options;
    }
}
