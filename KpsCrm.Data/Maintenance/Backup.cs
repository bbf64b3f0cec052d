using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Copies the database beside itself while the program runs: <c>backup_2026-11-24.db</c>, and the attached files of its rows as <c>backup_2026-11-24.files</c>.
/// Nothing is ever overwritten.
/// </summary>
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
        var files = $"{unfinished}.files";
        try
        {
            // Before the rows: a file that is purged while they are copied is in the backup all the same.
            FileCopies.TakeAll(options.Files, files);
            var rows = await SqliteCopy.MakeAsync(options.Path, unfinished, cancellationToken);
            var kept = await FileCopies.TakeReferredAsync(unfinished, options.Files, files, cancellationToken);
            var path = MoveToFreeName(unfinished, files, folder, TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone));
            return new(path, new FileInfo(path).Length, rows) { Files = kept };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TroubleException($"The attached files could not be copied ({e.Message.TrimEnd('.')}); there is no backup.", e);
        }
        finally
        {
            File.Delete(unfinished);
            if (Directory.Exists(files))
                Directory.Delete(files, recursive: true);
        }
    }

    /// <summary>The folder of a backup's attached files; it is not there when the backup has none.</summary>
    internal static string FilesOf(string path) => Path.ChangeExtension(path, ".files");

    private static string MoveToFreeName(string unfinished, string files, string folder, DateTimeOffset now)
    {
        for (var attempt = 0; ; attempt++)
        {
            var suffix = attempt switch { 0 => "", 1 => now.ToString("_HHmmss", CultureInfo.InvariantCulture), _ => now.ToString("_HHmmss", CultureInfo.InvariantCulture) + $"_{attempt}" };
            var path = Path.Combine(folder, $"backup_{now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{suffix}.db");
            if (File.Exists(path) || Directory.Exists(FilesOf(path)))
                continue;
            try
            {
                // The files first: a backup that can be seen is whole.
                if (Directory.Exists(files))
                    Directory.Move(files, FilesOf(path));
                File.Move(unfinished, path, overwrite: false);
                return path;
            }
            catch (IOException) when (File.Exists(path) || Directory.Exists(FilesOf(path)))
            {
                // Another backup took the name just now; ours goes by the next.
                if (!Directory.Exists(files) && Directory.Exists(FilesOf(path)))
                    Directory.Move(FilesOf(path), files);
            }
        }
    }
}

/// <param name="Rows">Per table.</param>
public sealed record BackupReport(string Path, long Bytes, IReadOnlyDictionary<string, long> Rows)
{
    /// <summary>The attached files.</summary>
    public FilesReport Files { get; init; } = FilesReport.None;
}

/// <param name="Missing">Names of files that rows refer to and that are not there, or not as long as they were.</param>
public sealed record FilesReport(int Count, long Bytes, IReadOnlyList<string> Missing)
{
    public static FilesReport None { get; } = new(0, 0, []);
}
