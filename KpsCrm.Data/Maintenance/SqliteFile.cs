using KpsCrm.Data.Providers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>Looks at a SQLite file before anything touches it, and says in one sentence why it can't be used. Changes nothing.</summary>
public static class SqliteFile
{
    private const int Busy = 5, Locked = 6;
    private const string History = "__EFMigrationsHistory";

    /// <summary>What to do about a file that can't be used: where it is the database, and where it should be a backup.</summary>
    public const string OfDatabase = "choose another file with Database__Path", OfBackups = "name a backup of this program";

    /// <summary>The folder is there (created if need be) and may be written to.</summary>
    /// <exception cref="TroubleException"/>
    public static void DemandFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Directory.Exists(path))
            throw new TroubleException($"{path} is a folder; name a file in Database__Path.");
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".kps-{Guid.NewGuid():N}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }
            if (File.Exists(path))
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new TroubleException($"The program may not write in {folder}; give its account the right to, or choose another place with Database__Path.", e);
        }
    }

    /// <summary>The file is new and empty, or a sound database of ours, not from a newer version.</summary>
    /// <param name="name">How the sentence calls the file.</param>
    /// <param name="alsoSound">Reads the whole file for it.</param>
    /// <param name="shown">Where it comes from, of a copy of a backup.</param>
    /// <returns>The migrations it has; null when there is nothing in it yet.</returns>
    /// <exception cref="TroubleException"/>
    public static async Task<IReadOnlyList<string>?> DemandOursAsync(string path, string name, IEnumerable<string> known, CancellationToken cancellationToken, bool alsoSound = true, string? shown = null)
    {
        var (at, remedy) = (shown ?? path, shown is null ? OfDatabase : OfBackups);
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return null;
        SqliteHeader.Demand(path, name, shown is null ? $"{OfDatabase}, or move this one away" : OfBackups, shown);
        try
        {
            await using var connection = new SqliteConnection(ReadOnly(path));
            await connection.OpenAsync(cancellationToken);
            var tables = await ListAsync(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", cancellationToken);
            if (tables.Count == 0)
                return null;
            if (!tables.Contains(History))
                throw new TroubleException(LegacyFile.IsOne(connection)
                    ? $"{name} {at} is a database of the older system; {(shown is null ? "start the program on it, or bring" : "bring")} it over with 'db adopt'."
                    : $"{name} {at} belongs to another program (it holds {string.Join(", ", tables.Order().Take(3))}); {remedy}.");

            if (alsoSound && await ListAsync(connection, "PRAGMA quick_check(1)", cancellationToken) is not ["ok"])
                throw Damaged(name, at, shown is null, null);
            var applied = await ListAsync(connection, $"SELECT migration_id FROM \"{History}\" ORDER BY 1", cancellationToken);
            DemandKnown(applied, known, $"{name} {at}");
            return applied;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
        {
            throw InUse(name, at, e);
        }
        catch (SqliteException e)
        {
            throw Damaged(name, at, shown is null, e);
        }
    }

    /// <summary>Nobody else holds the write lock for good.</summary>
    /// <exception cref="TroubleException"/>
    public static async Task DemandWriteLockAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return;
        try
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 3 }.ToString());
            await connection.OpenAsync(cancellationToken);
            await using var transaction = connection.BeginTransaction(deferred: false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
        {
            throw InUse("The database", path, e);
        }
    }

    public static void DemandKnown(IEnumerable<string> applied, IEnumerable<string> known, string name)
    {
        if (applied.Except(known).LastOrDefault() is { } newer)
            throw new TroubleException($"{name} was written by a newer version of this program (schema {newer}); start that version, or restore a backup made before the upgrade.");
    }

    public static IEnumerable<string> KnownMigrations()
    {
        using var db = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite().Options);
        return [.. db.Database.GetMigrations()];
    }

    /// <summary>A database that nobody uses, with what SQLite put beside it.</summary>
    internal static void Delete(string path)
    {
        foreach (var part in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(path + part);
    }

    public static string ReadOnly(string path) => new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 3 }.ToString();

    public static async Task<List<string>> ListAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(reader.GetValue(0).ToString()!);
        return rows;
    }

    private static TroubleException Damaged(string name, string path, bool isDatabase, Exception? inner) =>
        new(isDatabase ? $"{name} {path} is damaged; restore a backup with 'db restore', the damaged file is kept." : $"{name} {path} is damaged or was not copied whole; take another backup.", inner);

    private static TroubleException InUse(string name, string path, Exception inner) =>
        new($"{name} {path} is locked by another program; close that program, then start again.", inner);
}
