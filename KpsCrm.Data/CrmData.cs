using KpsCrm.Data.Changes;
using KpsCrm.Data.Files;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data;

/// <summary>Which database the program uses; settings section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>Sqlite</c> or <c>Postgres</c>.</summary>
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>The SQLite file. A relative path starts at the checkout when run from one, else at the program's folder.</summary>
    public string Path { get; set; } = "database/kps_crm.db";

    /// <summary>Where the program keeps what belongs to the data: the SQLite file, keys, mails without a server.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    /// <summary>Where the bytes of attached files lie. Named after the database, so that two in one folder never mistake each other's files for orphans; several instances share it.</summary>
    public string Files => System.IO.Path.ChangeExtension(System.IO.Path.GetFullPath(Path), ".files");

    /// <summary>The Npgsql connection string; needed for Postgres.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The folder of <c>pg_dump</c> and <c>pg_restore</c>; when not set, Debian's and those of PATH.</summary>
    public string? ServerTools { get; set; }

    /// <summary>A statement that takes longer is named in the log; settings key <c>Log__SlowCommandMilliseconds</c>.</summary>
    public int SlowCommandMilliseconds { get; set; } = 200;

    /// <summary>Whether a new database starts with the sample firm; when not set, only in Development.</summary>
    public bool? SampleData { get; set; }
}

public enum DatabaseProvider
{
    Sqlite,
    Postgres,
}

public static class CrmData
{
    /// <summary>Registers the store, the change feed and the watch for other processes' writes: the one place that picks the provider.</summary>
    public static IServiceCollection AddCrmData(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(sp => new Meters(sp.GetService<System.Diagnostics.Metrics.IMeterFactory>()));
        services.AddSingleton(sp => new CommandWatch(sp.GetRequiredService<Meters>(), options.SlowCommandMilliseconds, sp.GetRequiredService<ILogger<CommandWatch>>()));
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<Whispers>();
        services.AddSingleton<Rights>();
        services.AddSingleton<CrmStore>();
        services.AddSingleton<IProvider>(sp => options.Provider switch
        {
            DatabaseProvider.Postgres => new PostgresProvider(options.ConnectionString!, sp.GetRequiredService<Whispers>(), sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<CommandWatch>(), sp.GetRequiredService<ILogger<PostgresProvider>>()),
            _ => new SqliteProvider(options.Path, sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<CommandWatch>(), sp.GetRequiredService<Meters>()),
        });
        services.AddScoped(sp => sp.GetRequiredService<CrmStore>().OpenForIdentity());
        services.AddHostedService<OtherWritersWatch>();
        services.AddSingleton<SearchIndex>();
        services.AddHostedService<SearchIndexer>();
        services.AddSingleton<AuditQueue>();
        services.AddHostedService(sp => sp.GetRequiredService<AuditQueue>());
        services.AddSingleton<AuditAnchors>();
        services.AddSingleton<AuditCheck>();
        services.AddSingleton<AuditRetention>();
        services.AddSingleton<Schema>();
        services.AddSingleton<SampleData>();
        services.AddSingleton<DiskSpace>();
        services.AddSingleton<Backup>();
        services.AddSingleton<Restore>();
        services.AddSingleton<Adoption>();
        services.AddSingleton<CsvExport>();
        services.AddDatabaseCheck();
        services.AddSingleton<FileStore>();
        services.AddSingleton<BinPurge>();
        return services;
    }
}
