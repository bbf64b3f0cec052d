using System.Runtime.InteropServices;

namespace KpsCrm.Data.Maintenance;

/// <summary>What is on the disk when it returns, also after a power cut: the bytes of a file, and the names in a folder.</summary>
internal static class Durable
{
    public static void FlushFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>A name is written in its folder. On Windows that can't be asked for, and NTFS keeps a journal of names.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = open(folder, 0);
        if (handle < 0)
            return;
        // Some disks of a network know no flush of a folder; there is nothing more to do then.
        _ = fsync(handle);
        _ = close(handle);
    }

    /// <summary>The name of a file, in its folder.</summary>
    public static void FlushName(string path) => FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Another name for the same bytes; where the disk knows no such thing, a copy.</summary>
    public static void SecondName(string from, string to)
    {
        if (!OperatingSystem.IsWindows() && link(from, to) == 0)
            return;
        File.Copy(from, $"{to}.part", overwrite: true);
        File.SetLastWriteTimeUtc($"{to}.part", File.GetLastWriteTimeUtc(from));
        FlushFile($"{to}.part");
        File.Move($"{to}.part", to);
    }

    /// <summary>Gives a flushed file, or a folder, its lasting name.</summary>
    public static void Rename(string from, string to, bool overwrite = false)
    {
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to, overwrite);
        FlushName(to);
    }

    /// <summary>Writes a small file so that it is there whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        var unfinished = $"{path}.part";
        File.WriteAllText(unfinished, text);
        FlushFile(unfinished);
        Rename(unfinished, path, overwrite: true);
    }

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int fsync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int close(int handle);
}
