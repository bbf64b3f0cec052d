namespace KpsCrm.Data.Maintenance;

/// <summary>Puts a backup in the place of the database, after saving the present state.</summary>
public sealed class Restore(DatabaseOptions options, TimeProvider clock, Backup backup)
{
    /// <returns>Where the present state was saved (null when there was none) and what is there now.</returns>
    /// <exception cref="TroubleException">Nothing was changed; the message says why.</exception>
    public async Task<(string? Saved, BackupReport Restored)> RunAsync(string from, TimeZoneInfo zone, CancellationToken cancellationToken = default)
    {
        if (options.Provider != DatabaseProvider.Sqlite)
            throw new TroubleException("This database is on PostgreSQL; restore it with its own tools, for example pg_restore.");
        if (!File.Exists(from))
            throw new TroubleException($"There is no file {from}.");
        if (Path.GetFullPath(from) == Path.GetFullPath(options.Path))
            throw new TroubleException("This file is the database itself; name a backup.");

        SqliteFile.DemandFolder(options.Path);
        using var alone = DataLock.Take(options.Path);
        if (await SqliteFile.DemandOursAsync(from, "The file", SqliteFile.KnownMigrations(), cancellationToken) is null)
            throw new TroubleException($"The file {from} holds no data; name a backup.");

        var ready = $"{options.Path}.restoring";
        File.Delete(ready);
        var rows = await SqliteCopy.MakeAsync(from, ready, cancellationToken);
        try
        {
            var saved = File.Exists(options.Path) && new FileInfo(options.Path).Length > 0 ? await SaveAsync(zone, cancellationToken) : null;
            // The files before the rows: if this breaks off there are orphans, and no row without its file.
            var files = await FileCopies.PutBackAsync(ready, Backup.FilesOf(from), options.Files, cancellationToken);
            // A -wal of the old file must never meet the new one.
            File.Delete($"{options.Path}-wal");
            File.Delete($"{options.Path}-shm");
            File.Move(ready, options.Path, overwrite: true);
            return (saved, new(options.Path, new FileInfo(options.Path).Length, rows) { Files = files });
        }
        finally
        {
            File.Delete(ready);
        }
    }

    /// <summary>A backup; of a damaged file, which can't be backed up, every byte as it is.</summary>
    private async Task<string> SaveAsync(TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await SqliteFile.DemandWriteLockAsync(options.Path, cancellationToken);
        try
        {
            return (await backup.CreateAsync(zone, cancellationToken)).Path;
        }
        catch (TroubleException)
        {
            var path = Path.Combine(Path.GetDirectoryName(options.Path)!, $"damaged_{TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone):yyyy-MM-dd_HHmmss}.db");
            foreach (var part in new[] { "", "-wal" }.Where(part => File.Exists(options.Path + part)))
                File.Copy(options.Path + part, path + part, overwrite: false);
            return path;
        }
    }
}
