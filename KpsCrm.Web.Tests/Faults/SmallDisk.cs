namespace KpsCrm.Web.Tests.Faults;

/// <summary>A disk of a few megabytes, of memory. Only root can have one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <returns>Null where the machine allows none.</returns>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("kps-disk-").FullName;
        if (await ServerProcess.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path) == 0)
            return new(path);
        Directory.Delete(path);
        return null;
    }

    /// <summary>Takes all the space that is left; deleting the file gives it back.</summary>
    public string Fill()
    {
        var ballast = System.IO.Path.Combine(Path, "ballast");
        using var file = File.Create(ballast);
        var piece = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(piece);
                file.Flush();
            }
        }
        catch (IOException)
        {
            return ballast;
        }
    }

    /// <summary>Only while nobody has a file open for writing.</summary>
    public async Task SetWritableAsync(bool writable) => Assert.Equal(0, await ServerProcess.RunAsync("mount", "-o", writable ? "remount,rw" : "remount,ro", Path));

    public async ValueTask DisposeAsync()
    {
        await ServerProcess.RunAsync("umount", "-l", Path);
        Directory.Delete(Path);
    }
}
