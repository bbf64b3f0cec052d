using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>The copy of a backup that is to become the database: made, looked at and brought up to date where it disturbs nobody.</summary>
internal sealed class RestoreCandidate(RestoreWish wish, string work, DatabaseOptions options, DiskSpace space)
{
    private readonly bool _isSealed = wish.From.EndsWith(BackupFile.Sealed, StringComparison.Ordinal) || Sealing.IsSealed(wish.From);

    private string Unpacked => Path.Combine(work, "unpacked");

    /// <summary>In the same folder as the database, so that one step gives it its name.</summary>
    public string Ready { get; } = Path.Combine(work, "ready.db");

    /// <returns>Rows per table.</returns>
    /// <exception cref="TroubleException">It can't become the database; the message says why.</exception>
    public async Task<IReadOnlyDictionary<string, long>> ProveAsync(DateTime now, CancellationToken cancellationToken)
    {
        if (new FileInfo(wish.From).Length == 0)
            throw new TroubleException($"The file {wish.From} is empty; name a backup.");
        if (!_isSealed)
            SqliteHeader.Demand(wish.From, "The file", SqliteFile.OfBackups);
        space.Demand(options.Folder, DiskSpace.SizeOf(wish.From), "The restore");
        wish.Progress?.Report(new("Proving the backup"));
        if (_isSealed)
        {
            await SealedBackup.UnpackAsync(wish.From, Unpacked, wish.Passphrases, cancellationToken);
            File.Move(SealedBackup.DataIn(Unpacked), Ready);
        }
        else
            CopyAlone();

        if (await SqliteFile.DemandOursAsync(Ready, "The file", SqliteFile.KnownMigrations(), cancellationToken, shown: wish.From) is null)
            throw new TroubleException($"The file {wish.From} holds no data; name a backup.");
        try
        {
            IReadOnlyDictionary<string, long> before;
            await using (var copy = await OpenAsync(cancellationToken))
            {
                await SqliteFile.ListAsync(copy, "PRAGMA journal_mode = DELETE", cancellationToken);
                await SqliteCopy.DemandSoundAsync(copy, null, cancellationToken);
                before = await SqliteCopy.CountAsync(copy, cancellationToken);
            }
            wish.Progress?.Report(new("Bringing it up to date"));
            await Schema.BringUpAsync(Ready, cancellationToken);
            await using var ready = await OpenAsync(cancellationToken);
            BackupProof.DemandSame(before, await SqliteCopy.CountAsync(ready, cancellationToken));
            await CarriedOver.EndSessionsAsync(ready, now, cancellationToken);
            await SqliteFile.ListAsync(ready, "PRAGMA journal_mode = DELETE", cancellationToken);
            return before;
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or Microsoft.EntityFrameworkCore.DbUpdateException)
        {
            throw new TroubleException($"The file {wish.From} can't be brought to the present schema ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); nothing was changed.", e);
        }
        catch (TroubleException e)
        {
            throw new TroubleException($"The file {wish.From} is damaged or was not copied whole; take another backup.", e);
        }
    }

    /// <summary>The attached files that are missing here or damaged; and of the keys those that this machine doesn't have.</summary>
    public async Task<FilesReport> PutFilesBackAsync(CancellationToken cancellationToken)
    {
        var files = await FileCopies.PutBackAsync(Ready, _isSealed ? SealedBackup.FilesIn(Unpacked) : Backup.FilesOf(wish.From), options.Files, cancellationToken);
        var keys = Path.Combine(options.Folder, "keys");
        foreach (var key in _isSealed && Directory.Exists(SealedBackup.KeysIn(Unpacked)) ? Directory.GetFiles(SealedBackup.KeysIn(Unpacked)) : [])
        {
            if (!Directory.Exists(keys) && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(keys);
            if (!File.Exists(Path.Combine(keys, Path.GetFileName(key))))
                File.Copy(key, Path.Combine(keys, Path.GetFileName(key)));
        }
        return files;
    }

    /// <summary>The bytes of the file; with them its log only where it is its own: a backup of ours has none, so one beside it is of another life.</summary>
    private void CopyAlone()
    {
        try
        {
            File.Copy(wish.From, Ready);
            if (File.Exists($"{wish.From}-wal") && SqliteHeader.KeepsLog(wish.From))
                File.Copy($"{wish.From}-wal", $"{Ready}-wal");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TroubleException($"The file {wish.From} can't be read ({e.Message.TrimEnd('.')}); nothing was changed.", e);
        }
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Ready, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
