using System.Data.Common;
using System.Security.Cryptography;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Copies the database beside itself while the program runs: <c>backup_2026-11-24.db</c>, the attached files of its rows as
/// <c>backup_2026-11-24.files</c>, what is known of it as <c>backup_2026-11-24.json</c>. Nothing is ever overwritten, and what has its name is whole, proved and on the disk.
/// </summary>
public sealed class Backup(DatabaseOptions options, IProvider provider, DiskSpace space, TimeProvider clock, ILogger<Backup> log)
{
    /// <summary>By hand or from the command line, as it is.</summary>
    /// <inheritdoc cref="CreateAsync(BackupWish, CancellationToken)"/>
    public Task<BackupReport> CreateAsync(TimeZoneInfo zone, CancellationToken cancellationToken = default) => CreateAsync(new BackupWish(zone, BackupCause.Command), cancellationToken);

    /// <exception cref="TroubleException">There is no backup; the message says why.</exception>
    /// <exception cref="RuleException">It was made by another instance meanwhile.</exception>
    public async Task<BackupReport> CreateAsync(BackupWish wish, CancellationToken cancellationToken = default)
    {
        await DemandSourceAsync(cancellationToken);
        using var turn = await BackupTurn.TakeAsync(options.Folder, cancellationToken);
        if (wish.UnlessSince is { } since && BackupFile.In(options.Folder).Any(b => b.Cause == wish.Cause && b.IsProved && b.MadeAt >= since && b.MadeAt <= clock.GetUtcNow().UtcDateTime))
            throw new RuleException("Another instance has made this backup already.");
        BackupTurn.Clean(options.Folder);
        var work = BackupTurn.NewWork(options.Folder);
        try
        {
            var made = await MakeAsync(wish, work, cancellationToken);
            var report = PutInPlace(made, work, TimeZoneInfo.ConvertTime(clock.GetUtcNow(), wish.Zone));
            return string.IsNullOrWhiteSpace(wish.SecondFolder) ? report : await CopyAsync(report, wish, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException)
        {
            throw new TroubleException($"The backup could not be written ({e.Message.TrimEnd('.')}); there is none.", e);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The folder of a backup's attached files; it is not there when the backup has none.</summary>
    internal static string FilesOf(string path) => Path.ChangeExtension(path, ".files");

    private async Task DemandSourceAsync(CancellationToken cancellationToken)
    {
        if (options.Provider != DatabaseProvider.Sqlite)
        {
            Directory.CreateDirectory(options.Folder);
            return;
        }
        if (!File.Exists(options.Path))
            throw new TroubleException($"There is no database at {options.Path} yet; create it with 'db init'.");
        SqliteFile.DemandFolder(options.Path);
        await SqliteFile.DemandOursAsync(options.Path, "The database", SqliteFile.KnownMigrations(), cancellationToken, alsoSound: false);
    }

    /// <summary>Everything that takes time, and can go wrong, happens in the work folder.</summary>
    private async Task<(BackupNote Note, FilesReport Files, string Extension)> MakeAsync(BackupWish wish, string work, CancellationToken cancellationToken)
    {
        var (data, files, sealedFile, proofs) = (Path.Combine(work, "data"), Path.Combine(work, "files"), Path.Combine(work, "sealed"), Path.Combine(work, "proof"));
        var isDump = options.Provider == DatabaseProvider.Postgres;
        space.Demand(options.Folder, (isDump ? 0 : DiskSpace.SizeOf(options.Path)) + (wish.Passphrase is null ? 0 : DiskSpace.SizeOfFolder(options.Files)), "The backup");
        // Before the rows: a file that is purged while they are copied is in the backup all the same.
        FileCopies.TakeAll(options.Files, files);
        IReadOnlyDictionary<string, long>? rows = null;
        DumpedRows? dumped = null;
        wish.Progress?.Report(new("Copying the database", 0));
        if (isDump)
        {
            dumped = await PostgresDump.MakeAsync(options, data, cancellationToken);
            FileCopies.TakeAll(options.Files, files);
        }
        else
        {
            rows = await SqliteCopy.MakeAsync(options.Path, data, cancellationToken, share => wish.Progress?.Report(new("Copying the database", share)), alsoSound: false);
            await FileCopies.TakeReferredAsync(data, options.Files, files, cancellationToken);
        }

        var file = data;
        if (wish.Passphrase is { } passphrase)
        {
            wish.Progress?.Report(new("Encrypting it"));
            await SealedBackup.PackAsync(data, files, Path.Combine(options.Folder, "keys"), sealedFile, passphrase, cancellationToken);
            // What is proved is what lies on the disk, not what went into it.
            await SealedBackup.UnpackAsync(sealedFile, proofs, passphrase, cancellationToken);
            (file, data, files) = (sealedFile, SealedBackup.DataIn(proofs), SealedBackup.FilesIn(proofs));
        }
        wish.Progress?.Report(new("Proving it"));
        var proof = dumped is not null ? await PostgresDump.ProveAsync(options, data, files, dumped, log, cancellationToken) : await BackupProof.RunAsync(data, files, rows, proofs, cancellationToken);
        return (new()
        {
            Cause = wish.Cause,
            MadeAt = clock.GetUtcNow().UtcDateTime,
            Of = proof.Of,
            Bytes = new FileInfo(file).Length,
            Sha256 = await HashAsync(file, cancellationToken),
            Schema = proof.Schema,
            Rows = proof.Rows,
            Files = proof.Files.Count,
            MissingFiles = proof.Files.Missing,
            ProvedAt = proof.Problem is null ? clock.GetUtcNow().UtcDateTime : null,
            Problem = proof.Problem,
        }, proof.Files, wish.Passphrase is not null ? BackupFile.Sealed : isDump ? BackupFile.Dump : BackupFile.Plain);
    }

    /// <summary>Files and note first: a backup that can be seen is whole.</summary>
    private BackupReport PutInPlace((BackupNote Note, FilesReport Files, string Extension) made, string work, DateTimeOffset now)
    {
        var path = BackupFile.FreeName(options.Folder, now, made.Extension);
        var isSealed = made.Extension == BackupFile.Sealed;
        BackupTurn.Note(work, path);
        if (!isSealed && Directory.Exists(Path.Combine(work, "files")))
            Durable.Rename(Path.Combine(work, "files"), FilesOf(path));
        made.Note.Write(path);
        Durable.Rename(Path.Combine(work, isSealed ? "sealed" : "data"), path);
        return new(path, made.Note.Bytes, made.Note.Rows) { Files = made.Files, Note = made.Note };
    }

    /// <summary>Opens an encrypted backup for whoever goes on by hand: into <c>kps_crm.db</c> or <c>database.dump</c>, <c>kps_crm.files</c> and <c>keys</c>.</summary>
    /// <returns>The database, or the dump.</returns>
    /// <exception cref="TroubleException">No passphrase fits, or the file is not whole; nothing is left in the folder.</exception>
    public async Task<string> UnsealAsync(string file, string folder, IReadOnlyList<string> passphrases, CancellationToken cancellationToken = default)
    {
        try
        {
            await SealedBackup.UnpackAsync(file, folder, passphrases, cancellationToken);
            var data = SealedBackup.DataIn(folder);
            var named = Path.Combine(folder, SqliteHeader.Is(data) ? "kps_crm.db" : "database.dump");
            File.Move(data, named);
            if (Directory.Exists(SealedBackup.FilesIn(folder)))
                Directory.Move(SealedBackup.FilesIn(folder), Path.Combine(folder, "kps_crm.files"));
            return named;
        }
        catch
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private async Task<BackupReport> CopyAsync(BackupReport report, BackupWish wish, CancellationToken cancellationToken)
    {
        wish.Progress?.Report(new("Copying it to the second folder"));
        try
        {
            return report with { SecondPath = await SecondCopy.MakeAsync(report, wish.SecondFolder!, space, cancellationToken) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TroubleException)
        {
            log.LogWarning("The second folder did not get the backup {Name} ({Reason})", Path.GetFileName(report.Path), e.Message);
            return report with { SecondProblem = $"The second folder {wish.SecondFolder} did not get the backup: {e.Message.TrimEnd('.')}." };
        }
    }

    /// <summary>The server's own tools are on this machine, where the database is on PostgreSQL.</summary>
    public bool HasServerTools => PostgresDump.IsThere(options);

    /// <summary>Removes what <paramref name="keep"/> no longer wants.</summary>
    /// <param name="of">The database, as in <see cref="BackupNote.Of"/>.</param>
    public async Task TidyAsync(string folder, Retention keep, TimeZoneInfo zone, string of, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder))
            return;
        using var turn = await BackupTurn.TakeAsync(folder, cancellationToken);
        foreach (var old in keep.TooMany(BackupFile.In(folder), zone, of, clock.GetUtcNow().UtcDateTime))
        {
            old.Delete();
            log.LogInformation("Removed the backup {Name}, which is no longer to be kept", old.Name);
        }
    }

    /// <inheritdoc cref="BackupNote.Of"/>
    public async Task<string> IdentityAsync(CancellationToken cancellationToken)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        return (await db.Set<SecurityChain>().SingleOrDefaultAsync(cancellationToken))?.Genesis ?? "-";
    }

    internal static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
