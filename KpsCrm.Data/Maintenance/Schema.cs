using System.Data.Common;
using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>Creates the schema and brings it up to date, or says in one sentence why it can't.</summary>
public sealed class Schema(IProvider provider, DatabaseOptions options, Backup backup)
{
    /// <param name="zone">The company's time zone, for the name of the backup before an upgrade.</param>
    /// <returns>Whether the schema was created just now, that is, nothing was there before.</returns>
    /// <exception cref="TroubleException">Nothing was changed.</exception>
    public async Task<bool> MigrateAsync(TimeZoneInfo? zone = null, CancellationToken cancellationToken = default)
    {
        await using var db = provider.OpenForIdentity();
        var known = db.Database.GetMigrations().ToList();
        var applied = options.Provider == DatabaseProvider.Sqlite ? await LookAtFileAsync(known, cancellationToken) : await LookAtServerAsync(db, known, cancellationToken);
        if (applied is { Count: > 0 } && applied.Count == known.Count)
            return false;

        if (applied is not null && options.Provider == DatabaseProvider.Sqlite)
            await TryOnCopyAsync(zone ?? TimeZoneInfo.Utc, cancellationToken);
        try
        {
            if (applied is null && db is SqliteCrmDbContext file)
                await CreateAsync(file, known, cancellationToken);
            else
                await MigrateAsync(db, cancellationToken);
        }
        catch (DbException e)
        {
            throw new TroubleException($"The schema could not be made ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); the database must be empty or one of ours.", e);
        }
        return applied is null;
    }

    /// <returns>Null when nothing is there yet.</returns>
    private async Task<IReadOnlyList<string>?> LookAtFileAsync(IEnumerable<string> known, CancellationToken cancellationToken)
    {
        SqliteFile.DemandFolder(options.Path);
        var applied = await SqliteFile.DemandOursAsync(options.Path, "The database", known, cancellationToken);
        await SqliteFile.DemandWriteLockAsync(options.Path, cancellationToken);
        // Nobody else makes it.
        await using var file = new FileStream(options.Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        return applied;
    }

    internal static async Task<IReadOnlyList<string>?> LookAtServerAsync(CrmDbContext db, IEnumerable<string> known, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellationToken)];
            SqliteFile.DemandKnown(applied, known, "The database on the PostgreSQL server");
            return applied.Count == 0 ? null : applied;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new TroubleException("The PostgreSQL server refused the user or password; check Database__ConnectionString.", e);
        }
        catch (Exception e) when (e is NpgsqlException and not PostgresException)
        {
            var server = new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString());
            throw new TroubleException($"The PostgreSQL server at {server.Host}:{server.Port} doesn't answer; start it, or check Database__ConnectionString.", e);
        }
    }

    /// <summary>A new file gets at once what the migrations arrive at one after the other: half the time of a first start went into theirs.</summary>
    private static async Task CreateAsync(SqliteCrmDbContext db, IEnumerable<string> migrations, CancellationToken cancellationToken)
    {
        var history = db.GetService<IHistoryRepository>();
        var script = string.Concat([SchemaSql.Of(db), history.GetCreateScript(), .. migrations.Select(m => history.GetInsertScript(new(m, ProductInfo.GetVersion())))]);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.CommandFor(script).ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await db.Database.CloseConnectionAsync();
    }

    private static async Task MigrateAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        if (db is SqliteCrmDbContext)
        {
            // Where a table has to be built anew and takes the old one's name, SQLite would otherwise read every trigger, also those of other
            // tables, with names it cannot know at that moment.
            await db.Database.OpenConnectionAsync(cancellationToken);
            await db.Database.ExecuteSqlRawAsync("PRAGMA legacy_alter_table = ON", cancellationToken);
            // Whoever is killed in the middle of an upgrade leaves Entity Framework's lock closed, also in every copy, and the next one would wait at it for ever.
            // Two at once do no harm without it: a migration and the note that it is done are one transaction, so the second is told that it is there.
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        }
        await db.Database.MigrateAsync(cancellationToken);
        if (db is SqliteCrmDbContext)
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA legacy_alter_table = OFF", cancellationToken);
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Brings a file that nobody else uses, such as a copy, to the present schema.</summary>
    internal static async Task BringUpAsync(string file, CancellationToken cancellationToken)
    {
        await using var db = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite($"Data Source={file};Pooling=False").Options);
        await MigrateAsync(db, cancellationToken);
    }

    /// <summary>The data is backed up, and the upgrade must succeed on a copy before it touches the file itself.</summary>
    private async Task TryOnCopyAsync(TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var saved = await backup.CreateAsync(new BackupWish(zone, BackupCause.BeforeUpgrade), cancellationToken);
        if (saved.Note.Problem is { } problem)
            throw new TroubleException($"The upgrade of {options.Path} failed on a copy ({problem}), so the database was not touched; start the version before, and keep {saved.Path}.");
    }
}
