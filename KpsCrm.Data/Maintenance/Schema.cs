using System.Data.Common;
using KpsCrm.Data.Providers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
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
            await db.Database.MigrateAsync(cancellationToken);
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
        return applied;
    }

    private static async Task<IReadOnlyList<string>?> LookAtServerAsync(CrmDbContext db, IEnumerable<string> known, CancellationToken cancellationToken)
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

    /// <summary>The data is backed up, and the upgrade must succeed on a copy before it touches the file itself.</summary>
    private async Task TryOnCopyAsync(TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var saved = (await backup.CreateAsync(zone, cancellationToken)).Path;
        var trial = $"{options.Path}.trial";
        File.Delete(trial);
        try
        {
            await SqliteCopy.MakeAsync(saved, trial, cancellationToken);
            await using var db = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite($"Data Source={trial};Pooling=False").Options);
            await db.Database.MigrateAsync(cancellationToken);
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or DbUpdateException)
        {
            throw new TroubleException($"The upgrade of {options.Path} failed on a copy ({e.Message.TrimEnd('.')}), so the database was not touched; start the version before, and keep {saved}.", e);
        }
        finally
        {
            foreach (var part in new[] { "", "-wal", "-shm" })
                File.Delete(trial + part);
        }
    }
}
