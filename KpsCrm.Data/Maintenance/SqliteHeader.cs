namespace KpsCrm.Data.Maintenance;

/// <summary>What a SQLite file says of itself in its first bytes, before anything opens it.</summary>
internal static class SqliteHeader
{
    public static bool Is(string path) => HeaderOf(path).StartsWith("SQLite format 3\0"u8);

    /// <exception cref="TroubleException">It doesn't begin like a SQLite file.</exception>
    public static void Demand(string path, string name, string remedy, string? shown = null)
    {
        if (!Is(path))
            throw new TroubleException($"{name} {shown ?? path} is no SQLite database; {remedy}.");
    }

    /// <summary>The file says of itself that a log beside it belongs to it. A database in use does; a backup doesn't.</summary>
    internal static bool KeepsLog(string path) => HeaderOf(path) is [.., 2, 2];

    /// <summary>
    /// Where somebody copied a backup over the database, the log that its predecessor left behind would be read into it and destroy it: SQLite can't tell.
    /// </summary>
    /// <returns>Where the log is now; null when there was none, or it is its own.</returns>
    internal static string? SetAsideStrangersWal(string database)
    {
        var log = $"{database}-wal";
        if (!File.Exists(database) || new FileInfo(log) is not { Exists: true, Length: > 0 } || !Is(database) || KeepsLog(database))
            return null;
        var aside = $"{log}.stranger";
        File.Move(log, aside, overwrite: true);
        File.Delete($"{database}-shm");
        Durable.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(database))!);
        return aside;
    }

    /// <summary>The first bytes, up to how it keeps its log; fewer of a shorter file.</summary>
    private static ReadOnlySpan<byte> HeaderOf(string path)
    {
        var header = new byte[20];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return header.AsSpan(0, file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false));
    }
}
