using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <param name="Schema">The last migration it has.</param>
/// <param name="Of">As in <see cref="BackupNote.Of"/>.</param>
/// <param name="Problem">It is sound, but could not be brought to the present schema.</param>
internal sealed record Proof(IReadOnlyDictionary<string, long> Rows, FilesReport Files, string? Schema, string Of, string? Problem);

/// <summary>
/// Shows that a backup would bring everything back: it is opened, looked through page by page, brought to the present schema where it has an
/// earlier one (a scratch copy, never itself), its rows are counted and compared, and its attached files are compared with their hashes.
/// </summary>
internal static class BackupProof
{
    /// <param name="expected">The rows of the original; null when nobody counted them.</param>
    /// <param name="scratch">A folder that may be filled; what comes into it is removed again by whoever made it.</param>
    /// <exception cref="TroubleException">It would not; the message says why.</exception>
    public static async Task<Proof> RunAsync(string database, string files, IReadOnlyDictionary<string, long>? expected, string scratch, CancellationToken cancellationToken)
    {
        var known = SqliteFile.KnownMigrations().ToList();
        var applied = await SqliteFile.DemandOursAsync(database, "The backup", known, cancellationToken, alsoSound: false) ?? throw new TroubleException("The backup holds no data.");
        IReadOnlyDictionary<string, long> rows;
        string of;
        int dangling;
        await using (var copy = new SqliteConnection(SqliteFile.ReadOnly(database)))
        {
            await copy.OpenAsync(cancellationToken);
            await SqliteCopy.DemandSoundAsync(copy, expected, cancellationToken);
            rows = await SqliteCopy.CountAsync(copy, cancellationToken);
            of = await OfAsync(copy, cancellationToken);
            dangling = await SqliteCopy.DanglingAsync(copy, cancellationToken);
        }
        var problem = applied.Count < known.Count ? await TryUpgradeAsync(database, rows, dangling, Path.Combine(scratch, "upgrade.db"), cancellationToken) : null;
        return new(rows, await FileCopies.CheckAsync(database, files, cancellationToken), applied.LastOrDefault(), of, problem);
    }

    /// <returns>Why it can't be brought to the present schema without losing a row; null when it can.</returns>
    private static async Task<string?> TryUpgradeAsync(string database, IReadOnlyDictionary<string, long> rows, int dangling, string trial, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(trial)!);
        File.Copy(database, trial, overwrite: true);
        try
        {
            await Schema.BringUpAsync(trial, cancellationToken);
            await using var upgraded = new SqliteConnection(SqliteFile.ReadOnly(trial));
            await upgraded.OpenAsync(cancellationToken);
            await SqliteCopy.DemandSoundAsync(upgraded, null, cancellationToken);
            DemandSame(rows, await SqliteCopy.CountAsync(upgraded, cancellationToken));
            if (await SqliteCopy.DanglingAsync(upgraded, cancellationToken) is var now && now > dangling)
                throw new TroubleException($"Brought to the present schema, {now - dangling:N0} rows more of the backup refer to nothing.");
            return null;
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or DbUpdateException or TroubleException)
        {
            return e.Message.ReplaceLineEndings(" ").TrimEnd('.');
        }
        finally
        {
            SqliteFile.Delete(trial);
        }
    }

    /// <summary>Every table of people's data has the rows it had. What the program makes from them (indexes of texts, its own lists) may grow.</summary>
    /// <exception cref="TroubleException"/>
    public static void DemandSame(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after)
    {
        foreach (var (table, rows) in before.Where(t => !t.Key.StartsWith("__", StringComparison.Ordinal) && !t.Key.Contains("search", StringComparison.Ordinal) && !t.Key.Contains("_names", StringComparison.Ordinal) && t.Key != "security_chain"))
        {
            if (after.TryGetValue(table, out var now) && now < rows)
                throw new TroubleException($"Brought to the present schema, there are {now:N0} rows of {table} instead of {rows:N0}.");
        }
    }

    private static async Task<string> OfAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        (await SqliteFile.ListAsync(connection, "SELECT name FROM sqlite_master WHERE name = 'security_chain'", cancellationToken)).Count > 0
            && await SqliteFile.ListAsync(connection, "SELECT genesis FROM security_chain", cancellationToken) is [var genesis, ..] ? genesis : "-";
}
