using System.Runtime.InteropServices;
using KpsCrm.Data.Files;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Attached files for backup and restore. They never change, so a second name for the same bytes (a hard link) is as good as a copy and costs nothing;
/// where the disk knows no links, or the target is another disk, they are copied.
/// </summary>
internal static class FileCopies
{
    /// <summary>Every file that is there now, and not in <paramref name="to"/> yet.</summary>
    public static void TakeAll(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = FileStore.PathIn(to, Path.GetFileName(file));
            if (Path.GetDirectoryName(file) != Path.GetFullPath(from) && !File.Exists(target))
                TryTake(file, target);
        }
    }

    /// <summary>Brings a folder in line with a database: has all files its rows refer to, and no others.</summary>
    public static async Task<FilesReport> TakeReferredAsync(string database, string from, string to, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(database, cancellationToken);
        var missing = new List<string>();
        foreach (var (storedAs, name, bytes, _) in rows.Values)
        {
            var path = FileStore.PathIn(to, storedAs);
            if (!File.Exists(path))
                TryTake(FileStore.PathIn(from, storedAs), path);
            if (!File.Exists(path) || new FileInfo(path).Length != bytes)
                missing.Add(name);
        }
        if (Directory.Exists(to))
        {
            foreach (var file in Directory.EnumerateFiles(to, "*", SearchOption.AllDirectories).Where(f => !rows.ContainsKey(Path.GetFileName(f))).ToList())
                File.Delete(file);
            if (rows.Count == 0)
                Directory.Delete(to, recursive: true);
        }
        return new(rows.Count - missing.Count, rows.Values.Sum(r => r.Bytes), missing);
    }

    /// <summary>Reads each file that the rows refer to, and compares it with its hash.</summary>
    public static async Task<FilesReport> CheckAsync(string database, string files, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(database, cancellationToken);
        var missing = new List<string>();
        foreach (var (storedAs, name, bytes, sha256) in rows.Values)
        {
            if (await FileStore.ProblemAsync(FileStore.PathIn(files, storedAs), bytes, sha256, cancellationToken) is not null)
                missing.Add(name);
        }
        return new(rows.Count - missing.Count, rows.Values.Sum(r => r.Bytes), missing);
    }

    /// <summary>Every file of one folder is in another, to the byte.</summary>
    public static async Task<bool> AreInAsync(string from, string to, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            if (!File.Exists(copy) || await Backup.HashAsync(copy, cancellationToken) != await Backup.HashAsync(file, cancellationToken))
                return false;
        }
        return true;
    }

    /// <summary>For a restore: puts in place what the rows refer to and isn't there, or is damaged.</summary>
    public static async Task<FilesReport> PutBackAsync(string database, string from, string to, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(database, cancellationToken);
        var missing = new List<string>();
        foreach (var (storedAs, name, bytes, sha256) in rows.Values)
        {
            var (path, inBackup) = (FileStore.PathIn(to, storedAs), FileStore.PathIn(from, storedAs));
            if (await FileStore.ProblemAsync(path, bytes, sha256, cancellationToken) is null)
                continue;
            if (await FileStore.ProblemAsync(inBackup, bytes, sha256, cancellationToken) is not null)
            {
                missing.Add(name);
                continue;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            TryTake(inBackup, path);
        }
        return new(rows.Count - missing.Count, rows.Values.Sum(r => r.Bytes), missing);
    }

    /// <summary>The attachments of a database file; none in one from before there were any.</summary>
    private static async Task<Dictionary<string, (string StoredAs, string Name, long Bytes, string Sha256)>> RowsAsync(string database, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, (string, string, long, string)>(StringComparer.Ordinal);
        await using var connection = new SqliteConnection(SqliteFile.ReadOnly(database));
        await connection.OpenAsync(cancellationToken);
        if ((await SqliteFile.ListAsync(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'attachments'", cancellationToken)).Count == 0)
            return rows;
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT stored_as, name, bytes, sha256 FROM attachments";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows[reader.GetString(0)] = (reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3));
        return rows;
    }

    /// <returns>False when there is no such file (any more).</returns>
    public static bool TryTake(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (Link(from, to))
            return true;
        try
        {
            File.Copy(from, to, overwrite: false);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static bool Link(string from, string to) => OperatingSystem.IsWindows() ? CreateHardLinkW(to, from, 0) : link(from, to) == 0;

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("kernel32", CharSet = CharSet.Unicode)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateHardLinkW(string to, string from, nint security);
}
