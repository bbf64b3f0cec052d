using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>Copies the database beside itself while the program runs: <c>backup_2026-11-24.db</c>. Nothing is ever overwritten.</summary>
public sealed class Backup(DatabaseOptions options, TimeProvider clock)
{
    /// <param name="zone">The company's time zone; its day is in the name.</param>
    /// <exception cref="TroubleException">There is no copy; the message says why.</exception>
    public async Task<BackupReport> CreateAsync(TimeZoneInfo zone, CancellationToken cancellationToken = default)
    {
        if (options.Provider != DatabaseProvider.Sqlite)
            throw new TroubleException("This database is on PostgreSQL; back it up with its own tools, for example pg_dump.");
        if (!File.Exists(options.Path))
            throw new TroubleException($"There is no database at {options.Path} yet; create it with 'db init'.");

        SqliteFile.DemandFolder(options.Path);
        await SqliteFile.DemandOursAsync(options.Path, "The database", SqliteFile.KnownMigrations(), cancellationToken);
        var folder = Path.GetDirectoryName(Path.GetFullPath(options.Path))!;
        var unfinished = Path.Combine(folder, $".backup-{Guid.NewGuid():N}.part");
        var rows = await SqliteCopy.MakeAsync(options.Path, unfinished, cancellationToken);
        var path = MoveToFreeName(unfinished, folder, TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone));
        return new(path, new FileInfo(path).Length, rows);
    }

    private static string MoveToFreeName(string unfinished, string folder, DateTimeOffset now)
    {
        for (var attempt = 0; ; attempt++)
        {
            var suffix = attempt switch { 0 => "", 1 => now.ToString("_HHmmss", CultureInfo.InvariantCulture), _ => now.ToString("_HHmmss", CultureInfo.InvariantCulture) + $"_{attempt}" };
            var path = Path.Combine(folder, $"backup_{now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{suffix}.db");
            try
            {
                File.Move(unfinished, path, overwrite: false);
                return path;
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }
}

/// <param name="Rows">Per table.</param>
public sealed record BackupReport(string Path, long Bytes, IReadOnlyDictionary<string, long> Rows);
