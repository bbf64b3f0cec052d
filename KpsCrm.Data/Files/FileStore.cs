using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Files;

/// <summary>
/// The bytes of attached files, beside the database. A file is complete before its row is saved and goes after its row is gone, and is never changed in between:
/// whatever breaks off leaves at most bytes that no row refers to, which <see cref="SweepAsync"/> removes.
/// </summary>
public sealed class FileStore(DatabaseOptions options, CrmStore store, TimeProvider clock)
{
    /// <summary>Younger files may belong to a row that is just being saved.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private const string Unfinished = ".part";

    /// <summary>Where the content of an <see cref="Attachment.StoredAs"/> lies.</summary>
    public string PathOf(string storedAs) => PathIn(options.Files, storedAs);

    internal static string PathIn(string folder, string storedAs) => Path.Combine(folder, storedAs[..2], storedAs);

    /// <summary>Takes content in under a name that nobody else will use. It becomes a file of a record with <see cref="StagedFile.Keep"/>; disposed before, it leaves nothing.</summary>
    /// <exception cref="RuleException">Empty, or more than <paramref name="maxBytes"/>.</exception>
    public async Task<StagedFile> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(options.Files);
        var staged = new StagedFile(this, Guid.NewGuid().ToString("N"), Path.Combine(options.Files, $"{Guid.NewGuid():N}{Unfinished}"));
        try
        {
            await staged.FillAsync(content, maxBytes, cancellationToken);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Removes content whose row is gone. What is not there is removed already; what a backup may just be copying, whose rows are older, waits to be swept.
    /// </summary>
    public void Delete(IReadOnlyList<string> storedAs)
    {
        if (storedAs.Count == 0 || !Directory.Exists(options.Files) || BackupTurn.TryTake(options.Folder) is not { } turn)
            return;
        using (turn)
        {
            foreach (var path in storedAs.Select(PathOf).Where(File.Exists))
                File.Delete(path);
        }
    }

    /// <summary>Files that no row refers to, old enough that none will.</summary>
    public async Task<IReadOnlyList<string>> OrphansAsync(CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(options.Files))
            return [];
        // Listed before the rows are read: what comes in between has its row.
        var before = clock.GetUtcNow().UtcDateTime - Grace;
        var found = Directory.EnumerateFiles(options.Files, "*", SearchOption.AllDirectories).Where(f => File.GetLastWriteTimeUtc(f) < before).ToList();
        if (found.Count == 0)
            return [];
        var known = await store.ReadAsync(Actor.System, view => view.Attachments.IgnoreQueryFilters().Select(f => f.StoredAs).ToHashSetAsync(cancellationToken), cancellationToken);
        return found.FindAll(f => !known.Contains(Path.GetFileName(f)));
    }

    /// <returns>How many orphans are gone.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        var orphans = await OrphansAsync(cancellationToken);
        if (orphans.Count == 0 || BackupTurn.TryTake(options.Folder) is not { } turn)
            return 0;
        using (turn)
        {
            foreach (var orphan in orphans)
                File.Delete(orphan);
        }
        return orphans.Count;
    }

    /// <summary>What is wrong with the content of a row; null when nothing is.</summary>
    internal static async Task<string?> ProblemAsync(string path, long bytes, string sha256, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return "is missing";
        await using var file = File.OpenRead(path);
        return file.Length == bytes && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == sha256 ? null : "is damaged";
    }
}

/// <summary>Content that lies on the disk, but belongs to nothing yet.</summary>
public sealed class StagedFile : IDisposable
{
    private readonly FileStore _store;
    private string? _disposable;

    internal StagedFile(FileStore store, string storedAs, string path) => (_store, StoredAs, _disposable, Path) = (store, storedAs, path, path);

    public string StoredAs { get; }

    /// <summary>Where to look at it.</summary>
    public string Path { get; private set; }

    public long Bytes { get; private set; }

    /// <inheritdoc cref="Attachment.Sha256"/>
    public string Sha256 { get; private set; } = "";

    /// <summary>Gives it its lasting name. From here on it is an orphan until <see cref="Keep"/> is called, after the row was saved.</summary>
    /// <exception cref="IOException">It could not be named; nothing is left.</exception>
    public void Name()
    {
        var path = _store.PathOf(StoredAs);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.Move(Path, path, overwrite: false);
        _disposable = Path = path;
    }

    /// <summary>The row is saved.</summary>
    public void Keep() => _disposable = null;

    public void Dispose()
    {
        if (_disposable is not null)
            File.Delete(_disposable);
    }

    internal async Task FillAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        try
        {
            await using var file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                Bytes += read;
                if (Bytes > maxBytes)
                    throw new RuleException($"A file can have {maxBytes / (1024 * 1024)} MB at most.");
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            if (Bytes == 0)
                throw new RuleException("The file is empty.");
            file.Flush(flushToDisk: true);
        }
        catch (IOException e) when (e is not FileNotFoundException && !Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
        {
            throw new TroubleException($"The program can't keep files in {System.IO.Path.GetDirectoryName(Path)}.", e);
        }
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
