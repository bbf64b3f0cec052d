using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>Looks whether there is room before anything is written, so that a full disk is a sentence and not a torn file.</summary>
public sealed class DiskSpace
{
    /// <summary>Free bytes at a folder, for whoever may write there; tests put a smaller disk in its place.</summary>
    internal Func<string, long> FreeAt { get; set; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Twice what will be written: the copy, and its proof or the work of those who write meanwhile.</summary>
    /// <exception cref="TroubleException">There is not enough room.</exception>
    public void Demand(string folder, long bytes, string what)
    {
        long free;
        try
        {
            free = FreeAt(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A disk that doesn't say is written to all the same.
            return;
        }
        if (free < 2 * bytes)
            throw new TroubleException($"{what} needs {Said(2 * bytes)} free in {folder}, and there are {Said(free)}; make room there and try again.");
    }

    /// <summary>A database with what waits beside it.</summary>
    internal static long SizeOf(string database) => new[] { database, $"{database}-wal" }.Where(File.Exists).Sum(f => new FileInfo(f).Length);

    internal static long SizeOfFolder(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0;

    /// <summary>"512 kB", "1.5 GB".</summary>
    public static string Said(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(bytes > 0 ? 1 : 0, bytes / 1_000):N0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000.0:N1} GB"),
    };
}
