using System.Globalization;
using System.Text.RegularExpressions;

namespace KpsCrm.Data.Maintenance;

/// <summary>One backup in a folder. A file is a backup by its name; what is known of it stands in its note.</summary>
/// <param name="MadeAt">UTC.</param>
/// <param name="Bytes">With its attached files.</param>
/// <param name="Note">Null where nothing is noted.</param>
public sealed partial record BackupFile(string Path, DateTime MadeAt, long Bytes, BackupNote? Note)
{
    /// <summary>A database as it is; sealed with a passphrase, with all that belongs to it; made by <c>pg_dump</c>.</summary>
    public const string Plain = ".db", Sealed = ".enc", Dump = ".dump";

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsSealed => Path.EndsWith(Sealed, StringComparison.Ordinal);

    public bool IsDump => Path.EndsWith(Dump, StringComparison.Ordinal);

    public BackupCause Cause => Note?.Cause ?? BackupCause.Unknown;

    /// <summary>It was proved, and is as long as it was then.</summary>
    public bool IsProved => Note is { ProvedAt: not null } && new FileInfo(Path) is { Exists: true } file && file.Length == Note.Bytes;

    /// <summary>Leads, clients and deals: what people count.</summary>
    public long? Records => Note is { Rows.Count: > 0 } note ? new[] { "leads", "clients", "deals" }.Sum(t => note.Rows.GetValueOrDefault(t)) : null;

    public static bool IsName(string name) => Names().IsMatch(name);

    /// <summary>The backups in a folder, newest first; none where there is no such folder.</summary>
    public static IReadOnlyList<BackupFile> In(string? folder)
    {
        try
        {
            return string.IsNullOrWhiteSpace(folder) || !Directory.Exists(folder) ? [] :
                [.. Directory.EnumerateFiles(folder, "backup_*").Where(f => IsName(System.IO.Path.GetFileName(f))).Select(Look).OrderByDescending(b => b.MadeAt).ThenByDescending(b => b.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static BackupFile Look(string path)
    {
        var (file, note) = (new FileInfo(path), BackupNote.Read(path));
        return new(path, note?.MadeAt ?? file.LastWriteTimeUtc, file.Length + DiskSpace.SizeOfFolder(Backup.FilesOf(path)), note);
    }

    /// <summary>The database first: what is left when this breaks off is no backup any more, and is removed by the next start. To be called with the turn.</summary>
    internal void Delete()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        BackupTurn.Note(BackupTurn.NewWork(folder), Path);
        File.Delete(Path);
        Durable.FlushFolder(folder);
        BackupTurn.Clean(folder);
    }

    /// <summary>The first name of the day that nothing bears yet.</summary>
    internal static string FreeName(string folder, DateTimeOffset now, string extension)
    {
        var (day, time) = (now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), now.ToString("_HHmmss", CultureInfo.InvariantCulture));
        for (var attempt = 0; ; attempt++)
        {
            var path = System.IO.Path.Combine(folder, $"backup_{day}{attempt switch { 0 => "", 1 => time, _ => $"{time}_{attempt}" }}{extension}");
            if (!new[] { Plain, Sealed, Dump, ".json" }.Any(e => File.Exists(System.IO.Path.ChangeExtension(path, e))) && !Directory.Exists(Backup.FilesOf(path)))
                return path;
        }
    }

    [GeneratedRegex(@"^backup_\d{4}-\d{2}-\d{2}(_\d{6}(_\d+)?)?\.(db|enc|dump)$", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
