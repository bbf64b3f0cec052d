using System.Runtime.InteropServices;

namespace KpsCrm.Web.Maintenance;

/// <summary>What the program writes (data, backups, exports, keys, logs) is for its account and group alone, also where a command is run from a shell that is less strict than the service.</summary>
internal static class FileRights
{
    private const int Others = 7;

    public static void KeepOthersOut()
    {
        if (!OperatingSystem.IsWindows())
            SetMask(SetMask(Others) | Others);
    }

    [DllImport("libc", EntryPoint = "umask")]
    private static extern int SetMask(int mask);
}
