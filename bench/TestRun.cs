using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KpsCrm.Bench;

/// <summary>The tests of faults, as long as one likes: what CI runs a share of.</summary>
internal static partial class TestRun
{
    public static Task ConvergeAsync(Report report) => RunAsync(report, "*ConvergenceTests", "KPS_SEEDS", 1_000, "Days by the dice, on SQLite and half as many on two instances on PostgreSQL, that converged");

    public static Task FaultsAsync(Report report) => RunAsync(report, "*Faults.Kill*", "KPS_KILLS", 100, "kill -9 of the server, and a quarter as many of backup, restore and upgrade each, after which nothing acknowledged was lost");

    /// <summary>A round is 400 acts; an hour is about a thousand rounds on a quiet machine.</summary>
    public static Task SoakAsync(Report report) => RunAsync(report, "*SoakTests", "KPS_SOAK", 1_000, "Rounds of 400 acts after which handles and memory were as after the first");

    private static async Task RunAsync(Report report, string classes, string setting, int usual, string what)
    {
        var often = Environment.GetEnvironmentVariable(setting) ?? usual.ToString(CultureInfo.InvariantCulture);
        var tests = AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}bench{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}KpsCrm.Web.Tests{Path.DirectorySeparatorChar}");
        var start = new ProcessStartInfo(Path.Combine(tests, "KpsCrm.Web.Tests"), ["-explicit", "on", "-class", classes]) { RedirectStandardOutput = true };
        start.Environment[setting] = often;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var took = Took().Match(said) is { Success: true } match ? $"{match.Groups[1].Value} s" : "";
        if (process.ExitCode != 0)
            Console.Error.WriteLine(said);
        report.Add(what, process.ExitCode == 0 ? often : "failed", "all", took);
    }

    [GeneratedRegex(@"Time: ([\d.]+)s")]
    private static partial Regex Took();
}
