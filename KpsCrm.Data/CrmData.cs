using KpsCrm.Data.Changes;
using KpsCrm.Data.Files;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Search;
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
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<Whispers>();
        services.AddSingleton<CrmStore>();
        services.AddSingleton<IProvider>(sp => options.Provider switch
        {
            DatabaseProvider.Postgres => new PostgresProvider(options.ConnectionString!, sp.GetRequiredService<Whispers>(), sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<PostgresProvider>>()),
            _ => new SqliteProvider(options.Path, sp.GetRequiredService<TimeProvider>()),
        });
        services.AddScoped(sp => sp.GetRequiredService<CrmStore>().OpenForIdentity());
        services.AddHostedService<OtherWritersWatch>();
        services.AddSingleton<SearchIndex>();
        services.AddHostedService<SearchIndexer>();
        services.AddSingleton<Schema>();
        services.AddSingleton<SampleData>();
        services.AddSingleton<Backup>();
        services.AddSingleton<Restore>();
        services.AddSingleton<DatabaseCheck>();
        services.AddSingleton<FileStore>();
        services.AddSingleton<BinPurge>();
        return services;
    }
}
