using System.Globalization;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Providers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Puts a backup in the place of the database, also while the program runs. All that takes time or can go wrong happens on a copy; then nobody reads or
/// writes for a moment, the present file is kept under a backup's name, and the copy takes its own. Whatever breaks off: one of the two is there, whole.
/// </summary>
public sealed class Restore(DatabaseOptions options, IProvider provider, ChangeFeed feed, DiskSpace space, TimeProvider clock, ILogger<Restore> log)
{
    /// <inheritdoc cref="RunAsync(RestoreWish, CancellationToken)"/>
    public Task<(string? Saved, BackupReport Restored)> RunAsync(string from, TimeZoneInfo zone, CancellationToken cancellationToken = default) => RunAsync(new RestoreWish(from, zone), cancellationToken);

    /// <returns>Where the present state was saved (null when there was none) and what is there now.</returns>
    /// <exception cref="TroubleException">Nothing was changed; the message says why.</exception>
    public async Task<(string? Saved, BackupReport Restored)> RunAsync(RestoreWish wish, CancellationToken cancellationToken = default)
    {
        if (options.Provider != DatabaseProvider.Sqlite)
            throw new TroubleException("This database is on PostgreSQL; restore it with its own tools, for example pg_restore.");
        if (!File.Exists(wish.From))
            throw new TroubleException($"There is no file {wish.From}.");
        if (Path.GetFullPath(wish.From) == Path.GetFullPath(options.Path))
            throw new TroubleException("This file is the database itself; name a backup.");

        SqliteFile.DemandFolder(options.Path);
        using var alone = wish.IsServing ? null : DataLock.Take(options.Path);
        using var turn = await BackupTurn.TakeAsync(options.Folder, cancellationToken);
        Finish(options);
        BackupTurn.Clean(options.Folder);
        var work = BackupTurn.NewWork(options.Folder);
        var present = Path.Combine(work, "present");
        try
        {
            var candidate = new RestoreCandidate(wish, work, options, space);
            var rows = await candidate.ProveAsync(clock.GetUtcNow().UtcDateTime, cancellationToken);
            // The files before the rows: if this breaks off there are orphans, and no row without its file.
            var files = await candidate.PutFilesBackAsync(cancellationToken);
            // From here on a broken off restore may leave the state before as a backup: its files must not be orphans then.
            FileCopies.TakeAll(options.Files, present);
            wish.Progress?.Report(new("Switching"));
            var saved = await provider.AloneAsync(() => SwitchAsync(wish, candidate.Ready, present), cancellationToken);
            feed.Replace();
            if (wish.WhenDone is { } whenDone)
                await whenDone(saved);
            RestoreMark.Remove(options.Path);
            if (saved is not null)
                await NoteSavedAsync(saved, work, CancellationToken.None);
            return (saved, new(options.Path, new FileInfo(options.Path).Length, rows) { Files = files });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TroubleException($"The backup could not be restored ({e.Message.TrimEnd('.')}); {(RestoreMark.Read(options.Path) is { IsDone: true } ? "its data is in place all the same" : "nothing was changed")}.", e);
        }
        finally
        {
            Finish(options);
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>For a start: ends what broke off, and sets aside what SQLite must not read with this file.</summary>
    /// <returns>What to tell; null when all is as it should be.</returns>
    public static EndedRestore? Recover(DatabaseOptions options)
    {
        if (options.Provider != DatabaseProvider.Sqlite || !Directory.Exists(options.Folder))
            return null;
        var ended = Finish(options);
        if (BackupTurn.TryTake(options.Folder) is { } turn)
        {
            using (turn)
                BackupTurn.Clean(options.Folder);
        }
        return SetAsideStrangersLog(options) is { } aside
            ? new($"{ended?.Sentence} The file {options.Path} was put there from elsewhere; what its predecessor left beside it was set aside as {aside}.".TrimStart(), ended?.DoneFrom, ended?.Saved) : ended;
    }

    /// <summary>Before anything opens the database, also a command.</summary>
    /// <returns>Where the log of another file is now, if there was one.</returns>
    public static string? SetAsideStrangersLog(DatabaseOptions options) => options.Provider == DatabaseProvider.Sqlite ? SqliteHeader.SetAsideStrangersWal(options.Path) : null;

    /// <summary>False where the present file is damaged in its very beginning: SQLite, opening it, would write the log into it, and neither were what it was.</summary>
    public static bool MayOpenPresent(DatabaseOptions options) => options.Provider != DatabaseProvider.Sqlite || !File.Exists(options.Path) || new FileInfo(options.Path).Length == 0 || SqliteHeader.Is(options.Path);

    /// <summary>What was to become of the present file is undone where the backup did not take its place: a second name for it would change with it.</summary>
    private static EndedRestore? Finish(DatabaseOptions options)
    {
        var mark = RestoreMark.Read(options.Path);
        if (mark is { IsDone: false, Saved: { } second })
        {
            // Of a damaged database the log may have that second name only.
            if (File.Exists($"{second}-wal") && !File.Exists($"{options.Path}-wal"))
                File.Move($"{second}-wal", $"{options.Path}-wal");
            foreach (var part in new[] { "", "-wal" })
                File.Delete(second + part);
            if (Directory.Exists(Backup.FilesOf(second)))
                Directory.Delete(Backup.FilesOf(second), recursive: true);
        }
        RestoreMark.Remove(options.Path);
        return mark switch
        {
            null => null,
            { IsDone: true } => new($"The restore of {mark.From} had been done when the program ended: the data is that of the backup{(mark.Saved is null ? "" : $", the state before is {mark.Saved}")}.", mark.From, mark.Saved),
            _ => new($"The restore of {mark.From} broke off: the data is as it was before."),
        };
    }

    /// <summary>Nobody else has the database open.</summary>
    /// <returns>Where the state before is.</returns>
    private async Task<string?> SwitchAsync(RestoreWish wish, string ready, string files)
    {
        var damage = IsThere ? await PresentFile.CloseAsync(options.Path, ready, clock.GetUtcNow().UtcDateTime) : null;
        if (damage is not null)
            log.LogWarning("The present database can't be read ({Reason}); it is kept as it is", damage);
        var saved = IsThere ? NameForPresent(wish, damage is not null) : null;
        Durable.FlushFile(ready);
        new RestoreMark(wish.From, ready, saved).Write(options.Path);
        if (saved is not null && damage is null && Directory.Exists(files))
            Durable.Rename(files, Backup.FilesOf(saved));
        // The present file itself, under a second name: to the last write that was answered, and at once, whatever its size. Of a damaged one every byte as it is.
        foreach (var part in saved is null ? [] : new[] { "", "-wal" }.Where(part => File.Exists(options.Path + part)))
        {
            if (!FileCopies.TryTake(options.Path + part, saved + part))
                throw new IOException($"{options.Path}{part} is gone");
        }
        // What belongs to the old file must never meet the new one.
        foreach (var part in new[] { "-wal", "-shm", "-journal" })
            File.Delete(options.Path + part);
        Durable.FlushFolder(options.Folder);
        Durable.Rename(ready, options.Path, overwrite: true);
        return saved;
    }

    private bool IsThere => File.Exists(options.Path) && new FileInfo(options.Path).Length > 0;

    private string NameForPresent(RestoreWish wish, bool isDamaged)
    {
        var now = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), wish.Zone);
        return isDamaged ? Path.Combine(options.Folder, string.Create(CultureInfo.InvariantCulture, $"damaged_{now:yyyy-MM-dd_HHmmss}.db")) : BackupFile.FreeName(options.Folder, now, BackupFile.Plain);
    }

    /// <summary>Now that there is time: the attached files of the state before, and the proof that it is whole.</summary>
    private async Task NoteSavedAsync(string saved, string work, CancellationToken cancellationToken)
    {
        if (!BackupFile.IsName(Path.GetFileName(saved)))
            return;
        var note = new BackupNote { Cause = BackupCause.BeforeRestore, MadeAt = clock.GetUtcNow().UtcDateTime, Of = "-", Bytes = new FileInfo(saved).Length, Sha256 = await Backup.HashAsync(saved, cancellationToken) };
        try
        {
            await FileCopies.TakeReferredAsync(saved, options.Files, Backup.FilesOf(saved), cancellationToken);
            var proof = await BackupProof.RunAsync(saved, Backup.FilesOf(saved), null, work, cancellationToken);
            note = note with { Of = proof.Of, Rows = proof.Rows, Schema = proof.Schema, Files = proof.Files.Count, MissingFiles = proof.Files.Missing, Problem = proof.Problem, ProvedAt = proof.Problem is null ? note.MadeAt : null };
        }
        catch (Exception e) when (e is TroubleException or SqliteException or IOException or UnauthorizedAccessException)
        {
            note = note with { Problem = e.Message };
        }
        note.Write(saved);
    }
}
