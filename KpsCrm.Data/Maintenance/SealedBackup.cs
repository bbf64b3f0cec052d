using System.Formats.Tar;
using System.Text.RegularExpressions;
using KpsCrm.Data.Files;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// A backup under a passphrase is one file: a tar of the database, the attached files and the keys, sealed. The keys are in it because without them
/// another machine can read no second factor; they are not in a plain one, which would then hold both what is locked and the keys to it.
/// </summary>
internal static partial class SealedBackup
{
    private const string Data = "data", Files = "files/", Keys = "keys/";

    public static async Task PackAsync(string data, string files, string keys, string target, string passphrase, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await using var sealing = new SealingStream(file, passphrase);
        await using (var tar = new TarWriter(sealing, TarEntryFormat.Pax, leaveOpen: true))
        {
            await AddAsync(tar, Data, data, cancellationToken);
            foreach (var attached in In(files))
                await AddAsync(tar, Files + Path.GetFileName(attached), attached, cancellationToken);
            foreach (var key in In(keys))
                await AddAsync(tar, Keys + Path.GetFileName(key), key, cancellationToken);
        }
        sealing.Complete();
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc cref="UnpackAsync(string, string, string, CancellationToken)"/>
    /// <param name="passphrases">What it may be.</param>
    public static async Task UnpackAsync(string from, string folder, IReadOnlyList<string> passphrases, CancellationToken cancellationToken)
    {
        if (passphrases.Count == 0)
            throw new WrongPassphraseException("This backup is encrypted; give its passphrase in Backup__Passphrase.");
        foreach (var (index, passphrase) in passphrases.Index())
        {
            try
            {
                await UnpackAsync(from, folder, passphrase, cancellationToken);
                return;
            }
            catch (WrongPassphraseException) when (index < passphrases.Count - 1)
            {
                // The next may fit.
            }
        }
    }

    /// <summary>Unpacks into a folder of its own: <c>data</c>, <c>files/ab/abc…</c>, <c>keys/</c>.</summary>
    /// <exception cref="TroubleException">The passphrase is another, or the file is not whole.</exception>
    public static async Task UnpackAsync(string from, string folder, string passphrase, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await using var file = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read);
        await using var opened = new UnsealingStream(file, passphrase);
        try
        {
            await using var tar = new TarReader(opened, leaveOpen: true);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (PathOf(entry.Name, folder) is not { } path || entry.EntryType != TarEntryType.RegularFile)
                    continue;
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
            }
            // To the end, so that what was cut off is found.
            await opened.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new TroubleException("The encrypted backup can't be unpacked; take another.", e);
        }
        if (!File.Exists(Path.Combine(folder, Data)))
            throw new TroubleException("The encrypted backup holds no database; take another.");
    }

    public static string DataIn(string folder) => Path.Combine(folder, Data);

    public static string FilesIn(string folder) => Path.Combine(folder, "files");

    public static string KeysIn(string folder) => Path.Combine(folder, "keys");

    private static string[] In(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];

    private static Task AddAsync(TarWriter tar, string name, string path, CancellationToken cancellationToken) => tar.WriteEntryAsync(path, name, cancellationToken);

    /// <summary>Names of ours only: nothing in it chooses where it goes.</summary>
    private static string? PathOf(string name, string folder) =>
        name == Data ? DataIn(folder)
        : Attached().Match(name) is { Success: true } file ? FileStore.PathIn(FilesIn(folder), file.Groups[1].Value)
        : Key().Match(name) is { Success: true } key ? Path.Combine(KeysIn(folder), key.Groups[1].Value)
        : null;

    [GeneratedRegex("^files/([0-9a-z]{3,64})$")]
    private static partial Regex Attached();

    [GeneratedRegex(@"^keys/([0-9A-Za-z-]{1,80}\.xml)$")]
    private static partial Regex Key();
}
