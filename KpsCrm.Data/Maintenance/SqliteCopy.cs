using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>A consistent, verified copy of a SQLite file, made while others read and write it.</summary>
internal static class SqliteCopy
{
    /// <summary>Copies into a new file beside <paramref name="target"/>'s name, verifies it and makes it durable.</summary>
    /// <returns>Rows per table, the same in both.</returns>
    /// <exception cref="TroubleException">The copy is not what the source was; it is deleted.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> MakeAsync(string source, string target, CancellationToken cancellationToken)
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
                from.BackupDatabase(to);
            }

            await using (var copy = new SqliteConnection(Writable(target)))
            {
                await copy.OpenAsync(cancellationToken);
                // One file without -wal beside it: it can be carried away as it is.
                await SqliteFile.ListAsync(copy, "PRAGMA journal_mode = DELETE", cancellationToken);
                await DemandSoundAsync(copy, expected, cancellationToken);
            }

            await using (var file = new FileStream(target, FileMode.Open, FileAccess.ReadWrite))
                file.Flush(flushToDisk: true);
            return expected;
        }
        catch (Exception e)
        {
            File.Delete(target);
            if (e is SqliteException or IOException or UnauthorizedAccessException)
                throw new TroubleException($"The copy of {source} failed ({e.Message.TrimEnd('.')}); nothing was changed.", e);
            throw;
        }
    }

    private static async Task DemandSoundAsync(SqliteConnection copy, IReadOnlyDictionary<string, long> expected, CancellationToken cancellationToken)
    {
        if (await SqliteFile.ListAsync(copy, "PRAGMA integrity_check(1)", cancellationToken) is not ["ok"])
            throw new TroubleException("The copy is damaged, so it was thrown away; run 'db check' on the database.");
        if ((await SqliteFile.ListAsync(copy, "PRAGMA foreign_key_check", cancellationToken)).Count > 0)
            throw new TroubleException("The database holds rows that refer to nothing, so the copy was thrown away; run 'db check' on it.");
        if (!(await CountAsync(copy, cancellationToken)).OrderBy(t => t.Key).SequenceEqual(expected.OrderBy(t => t.Key)))
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
