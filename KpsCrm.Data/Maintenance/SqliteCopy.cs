using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KpsCrm.Data.Maintenance;

/// <summary>A consistent, verified copy of a SQLite file, made while others read and write it.</summary>
internal static class SqliteCopy
{
    private const int PagesAtOnce = 2_000;

    /// <summary>Copies into a new file beside <paramref name="target"/>'s name, verifies it and makes it durable.</summary>
    /// <returns>Rows per table, the same in both.</returns>
    /// <exception cref="TroubleException">The copy is not what the source was; it is deleted.</exception>
    /// <param name="onPart">Told now and then what share is copied.</param>
    /// <param name="alsoSound">Looks through it; not needed where that is done anyway.</param>
    public static async Task<IReadOnlyDictionary<string, long>> MakeAsync(string source, string target, CancellationToken cancellationToken, Action<double>? onPart = null, bool alsoSound = true)
    {
        try
        {
            IReadOnlyDictionary<string, long> expected;
            await using (var from = new SqliteConnection(SqliteFile.ReadOnly(source)))
            {
                await from.OpenAsync(cancellationToken);
                // One read transaction around both, so that the rows counted are the rows copied.
                await using var snapshot = from.BeginTransaction(deferred: true);
                expected = await CountAsync(from, cancellationToken);
                await using var to = new SqliteConnection(Writable(target));
                await to.OpenAsync(cancellationToken);
                // Nothing is to be saved of it before it is whole, and then everything at once.
                await SqliteFile.ListAsync(to, "PRAGMA synchronous = OFF", cancellationToken);
                Copy(from, to, onPart, cancellationToken);
            }

            await using (var copy = new SqliteConnection(Writable(target)))
            {
                await copy.OpenAsync(cancellationToken);
                // One file without -wal beside it: it can be carried away as it is.
                await SqliteFile.ListAsync(copy, "PRAGMA journal_mode = DELETE", cancellationToken);
                if (alsoSound)
                    await DemandSoundAsync(copy, expected, cancellationToken);
            }

            Durable.FlushFile(target);
            return expected;
        }
        catch (Exception e)
        {
            SqliteFile.Delete(target);
            if (e is SqliteException or IOException or UnauthorizedAccessException)
                throw new TroubleException($"The copy of {source} failed ({e.Message.TrimEnd('.')}); nothing was changed.", e);
            throw;
        }
    }

    /// <summary>Page by page, and in parts: the copy doesn't keep a processor to itself, and can be broken off.</summary>
    private static void Copy(SqliteConnection from, SqliteConnection to, Action<double>? onPart, CancellationToken cancellationToken)
    {
        using var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
        if (backup.IsInvalid)
            throw new SqliteException(raw.sqlite3_errmsg(to.Handle).utf8_to_string(), raw.sqlite3_errcode(to.Handle));
        for (int result; (result = raw.sqlite3_backup_step(backup, PagesAtOnce)) != raw.SQLITE_DONE;)
        {
            if (result != raw.SQLITE_OK)
                throw new SqliteException(raw.sqlite3_errstr(result).utf8_to_string(), result);
            cancellationToken.ThrowIfCancellationRequested();
            if (raw.sqlite3_backup_pagecount(backup) is > 0 and var all)
                onPart?.Invoke(1 - (double)raw.sqlite3_backup_remaining(backup) / all);
        }
    }

    /// <summary>How many rows refer to nothing. One that somebody's own tool has left there is the affair of <c>db check</c>: it must not be why there is no backup, or none can be put back.</summary>
    public static async Task<int> DanglingAsync(SqliteConnection connection, CancellationToken cancellationToken) => (await SqliteFile.ListAsync(connection, "PRAGMA foreign_key_check", cancellationToken)).Count;

    /// <param name="expected">The rows it must have; null when nobody counted them.</param>
    /// <exception cref="TroubleException"/>
    public static async Task DemandSoundAsync(SqliteConnection copy, IReadOnlyDictionary<string, long>? expected, CancellationToken cancellationToken)
    {
        if (await SqliteFile.ListAsync(copy, "PRAGMA integrity_check(1)", cancellationToken) is not ["ok"])
            throw new TroubleException("The copy is damaged, so it was thrown away; run 'db check' on the database.");
        if (expected is not null && !(await CountAsync(copy, cancellationToken)).OrderBy(t => t.Key).SequenceEqual(expected.OrderBy(t => t.Key)))
            throw new TroubleException("The copy lacks rows, so it was thrown away; try again.");
    }

    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in await SqliteFile.ListAsync(connection, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'", cancellationToken))
            counts[table] = long.Parse((await SqliteFile.ListAsync(connection, $"SELECT count(*) FROM \"{table.Replace("\"", "\"\"")}\"", cancellationToken))[0], System.Globalization.CultureInfo.InvariantCulture);
        return counts;
    }

    private static string Writable(string path) => new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
}
