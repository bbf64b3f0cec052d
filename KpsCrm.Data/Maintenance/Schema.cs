using System.Data.Common;
using KpsCrm.Data.Providers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>Creates the schema and brings it up to date, or says in one sentence why it can't.</summary>
public sealed class Schema(IProvider provider, DatabaseOptions options, Backup backup, ILogger<Schema> log)
{
    /// <summary>For tests: when the upgraded copy is about to take the database's name.</summary>
    internal Func<Task>? BeforeSwitch { get; set; }

    /// <param name="zone">The company's time zone, for the name of the backup before an upgrade.</param>
    /// <param name="isAlone">The caller holds the <see cref="DataLock"/>; else it is taken where there is something to upgrade.</param>
    /// <returns>Whether the schema was created just now, that is, nothing was there before.</returns>
    /// <exception cref="TroubleException">Nothing was changed.</exception>
    public async Task<bool> MigrateAsync(TimeZoneInfo? zone = null, bool isAlone = false, CancellationToken cancellationToken = default)
    {
        await using var db = provider.OpenForIdentity();
        var known = db.Database.GetMigrations().ToList();
        var applied = options.Provider == DatabaseProvider.Sqlite ? await LookAtFileAsync(known, cancellationToken) : await LookAtServerAsync(db, known, cancellationToken);
        if (options.Provider == DatabaseProvider.Postgres)
            await PostgresScratch.CleanAsync(options.ConnectionString!, cancellationToken);
        if (applied is { Count: > 0 } && applied.Count == known.Count)
            return false;

        if (applied is not null && options.Provider == DatabaseProvider.Sqlite)
        {
            using var alone = isAlone ? null : DataLock.Take(options.Path);
            await UpgradeAsync(zone ?? TimeZoneInfo.Utc, cancellationToken);
            return false;
        }
        if (applied is not null)
        {
            await UpgradeServerAsync(db, zone ?? TimeZoneInfo.Utc, cancellationToken);
            return false;
        }
        try
        {
            if (db is SqliteCrmDbContext file)
                await CreateAsync(file, known, cancellationToken);
            else
                await PostgresUpgrade.RunAsync(db, cancellationToken);
        }
        catch (DbException e)
        {
            throw new TroubleException($"The schema could not be made ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); the database must be empty or one of ours.", e);
        }
        return true;
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

    private static async Task MigrateAsync(SqliteCrmDbContext db, CancellationToken cancellationToken)
    {
        // Where a table has to be built anew and takes the old one's name, SQLite would otherwise read every trigger, also those of other
        // tables, with names it cannot know at that moment.
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA legacy_alter_table = ON", cancellationToken);
        // Whoever is killed in the middle of an upgrade leaves Entity Framework's lock closed, also in every copy, and the next one would wait at it for ever.
        // Nobody needs it: what is upgraded is a copy that nobody else knows.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("PRAGMA legacy_alter_table = OFF", cancellationToken);
        await db.Database.CloseConnectionAsync();
    }

    /// <summary>Brings a file that nobody else uses, such as a copy, to the present schema.</summary>
    internal static async Task BringUpAsync(string file, CancellationToken cancellationToken)
    {
        await using var db = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite($"Data Source={file};Pooling=False").Options);
        await MigrateAsync(db, cancellationToken);
    }

    /// <summary>
    /// A copy of the backup is brought to the present schema and takes the database's name. Never the file itself: some migrations are no one transaction
    /// (Entity Framework builds a table anew outside of it), and whoever is killed in the midst of one would be left with half of it.
    /// </summary>
    private async Task UpgradeAsync(TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await using (await HoldAsync(alone: true, cancellationToken))
        {
            // Whoever has it open is told before the work begins.
        }
        await using var held = await HoldAsync(alone: false, cancellationToken);
        var saved = await TryOnCopyAsync(zone, cancellationToken);
        using var turn = await BackupTurn.TakeAsync(options.Folder, cancellationToken);
        var work = BackupTurn.NewWork(options.Folder);
        try
        {
            var ready = Path.Combine(work, "ready.db");
            File.Copy(saved, ready);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(ready, File.GetUnixFileMode(options.Path));
            await BringUpAsync(ready, cancellationToken);
            if (BeforeSwitch is { } hook)
                await hook();
            Durable.FlushFile(ready);
            await held.CloseAsync();
            await using (await HoldAsync(alone: true, cancellationToken))
                Durable.Rename(ready, options.Path, overwrite: true);
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException)
        {
            throw new TroubleException($"The upgrade of {options.Path} broke off ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); the database is as it was before. Set right what is the matter and start again, or start the version before.", e);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>A backup, which is restored and upgraded on the server for a trial; then the database itself, wholly or not at all.</summary>
    private async Task UpgradeServerAsync(CrmDbContext db, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        // Of several instances that start at once the others wait: their dumps and one's changes would block each other.
        await using var turn = await PostgresScratch.OpenAsync(options.ConnectionString!, cancellationToken);
        await PostgresScratch.ListAsync(turn, "SELECT pg_advisory_lock(hashtext('kps_upgrade'))::text", cancellationToken);
        if (await LookAtServerAsync(db, db.Database.GetMigrations(), cancellationToken) is { } applied && applied.Count == db.Database.GetMigrations().Count())
            return;
        var kept = "the server's own backups";
        if (backup.HasServerTools)
            kept = await TryOnCopyAsync(zone, cancellationToken);
        else
            log.LogWarning("pg_dump is not on this machine, so the upgrade goes on without a backup of its own and without a trial, in one transaction; the server's own backups are expected");
        try
        {
            await PostgresUpgrade.RunAsync(db, cancellationToken);
        }
        catch (Exception e) when (e is DbException or TroubleException)
        {
            throw new TroubleException($"The upgrade of {Name} broke off ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); the database is as it was before, and in {kept}. Set right what is the matter and start again, or start the version before.", e);
        }
    }

    private string Name => options.Provider == DatabaseProvider.Sqlite ? options.Path : "the database on the PostgreSQL server";

    /// <summary>
    /// Until it is disposed nobody writes; alone, nobody even has it open: who did, and closed it later, would take away the log of what stands there then.
    /// The file stays as it is, to the byte.
    /// </summary>
    private async Task<SqliteConnection> HoldAsync(bool alone, CancellationToken cancellationToken)
    {
        SqliteConnection.ClearAllPools();
        var held = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = options.Path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            await held.OpenAsync(cancellationToken);
            if (alone)
                await SqliteFile.ListAsync(held, "PRAGMA locking_mode = EXCLUSIVE", cancellationToken);
            await SqliteFile.ListAsync(held, alone ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE", cancellationToken);
            return held;
        }
        catch (SqliteException e)
        {
            await held.DisposeAsync();
            throw new TroubleException($"Another program has {options.Path} open ({e.Message.TrimEnd('.')}); close it, then start again. Nothing was changed.", e);
        }
    }

    /// <summary>The data is backed up, and the upgrade must succeed on a copy before it touches the file itself.</summary>
    /// <returns>The backup.</returns>
    private async Task<string> TryOnCopyAsync(TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var saved = await backup.CreateAsync(new BackupWish(zone, BackupCause.BeforeUpgrade), cancellationToken);
        if (saved.Note.Problem is not { } problem)
            return saved.Path;
        var kept = saved.Path;
        // Two dumps of the same are never alike: the newer one goes in the older one's place.
        if (BackupFile.In(options.Folder).FirstOrDefault(b => b.IsDump && b.Path != saved.Path && b.Note is { Cause: BackupCause.BeforeUpgrade, Problem: not null } n && n.Of == saved.Note.Of && n.Schema == saved.Note.Schema && n.Rows.SequenceEqual(saved.Note.Rows)) is { } older)
        {
            using var turn = await BackupTurn.TakeAsync(options.Folder, cancellationToken);
            older.Delete();
        }
        // Whoever is started again and again must not fill the disk with the same.
        if (BackupFile.In(options.Folder).FirstOrDefault(b => b.Path != saved.Path && b.Note?.Sha256 == saved.Note.Sha256) is { } same)
        {
            using var turn = await BackupTurn.TakeAsync(options.Folder, cancellationToken);
            BackupFile.Look(saved.Path).Delete();
            kept = same.Path;
        }
        throw new TroubleException($"The upgrade of {Name} failed on a copy ({problem}), so the database was not touched; start the version before, and keep {kept}.");
    }
}
