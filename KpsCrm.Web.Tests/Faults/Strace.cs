using System.Diagnostics;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>Makes system calls of a process fail, or kills it at one of them. Not every machine has it, or allows it: then null, and the test takes another moment.</summary>
internal static class Strace
{
    private static readonly Lazy<bool> Works = new(() => ServerProcess.RunAsync("strace", "-qq", "-o", "/dev/null", "true").GetAwaiter().GetResult() == 0);

    public static bool IsThere => Works.Value;

    public static Process? Attach(int pid, params string[] what) =>
        IsThere ? Process.Start(new ProcessStartInfo("strace", ["-f", "-qq", "-o", "/dev/null", "-p", $"{pid}", .. what]) { RedirectStandardError = true }) : null;

    /// <summary>What goes before a command so that it runs traced.</summary>
    public static string[] Before(params string[] what) => ["strace", "-f", "-qq", "-o", "/dev/null", .. what];
}
