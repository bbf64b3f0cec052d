using System.Globalization;
using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Files;

/// <summary>
/// The bytes of attached files, beside the database. A file is complete before its row is saved and goes after its row is gone, and is never changed in between:
/// whatever breaks off leaves at most bytes that no row refers to, which <see cref="SweepAsync"/> takes away.
/// </summary>
public sealed class FileStore(DatabaseOptions options, CrmStore store, TimeProvider clock)
{
    /// <summary>Younger files may belong to a row that is just being saved.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private const string Unfinished = ".part", Day = "yyyy-MM-dd";

    /// <summary>So long what was taken away can be looked for.</summary>
    private const int KeepDays = 30;

    /// <summary>Where goes what nothing refers to, by the day: <c>kps_crm.lost+found/2026-12-01</c>.</summary>
    internal string LostAndFound => Path.ChangeExtension(Path.GetFullPath(options.Path), ".lost+found");

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

    /// <summary>
    /// Takes orphans out of the way, and removes those that were taken a month ago. What is older than the database itself is left where it is: then the
    /// database is another, or a new one because the real one is not where it was, and the files are somebody's.
    /// </summary>
    /// <returns>How many orphans were taken away.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        if (BackupTurn.TryTake(options.Folder) is not { } turn)
            return 0;
        using (turn)
        {
            ForgetOld();
            var orphans = await OrphansAsync(cancellationToken);
            if (orphans.Count == 0 || await store.ReadAsync(Actor.System, view => view.People.MinAsync(u => (DateTime?)u.CreatedAt, cancellationToken), cancellationToken) is not { } begun)
                return 0;
            var ours = orphans.Where(o => File.GetLastWriteTimeUtc(o) >= begun).ToList();
            foreach (var orphan in ours)
                SetAside(orphan);
            return ours.Count;
        }
    }

    /// <returns>Where it is now; nothing there is overwritten.</returns>
    internal string SetAside(string path)
    {
        var folder = Directory.CreateDirectory(Path.Combine(LostAndFound, clock.GetUtcNow().ToString(Day, CultureInfo.InvariantCulture))).FullName;
        var to = Path.Combine(folder, Path.GetFileName(path));
        for (var i = 2; File.Exists(to); i++)
            to = Path.Combine(folder, $"{Path.GetFileName(path)}.{i}");
        File.Move(path, to, overwrite: false);
        return to;
    }

    private void ForgetOld()
    {
        var last = clock.GetUtcNow().UtcDateTime.AddDays(-KeepDays);
        foreach (var day in Directory.Exists(LostAndFound) ? Directory.GetDirectories(LostAndFound) : [])
        {
            if (DateTime.TryParseExact(Path.GetFileName(day), Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var then) && then < last)
                Directory.Delete(day, recursive: true);
        }
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
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Durable.FlushName(folder);
        }
        Durable.Rename(Path, path);
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
