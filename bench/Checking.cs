using System.Diagnostics;
using System.Globalization;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>How long <c>db check</c> takes on a million rows, and what those who save meanwhile feel of it.</summary>
public static class Checking
{
    private static readonly Actor Anna = new(3, "Anna Alvarez", Role.Sales);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Report report)
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var limit) ? limit : 1_000_000;
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, rows * 4 / 10, rows * 3 / 10);
        var started = Stopwatch.GetTimestamp();
        await server.Services.GetRequiredService<SearchIndex>().CatchUpAsync();
        Console.Error.WriteLine($"  indexed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {new FileInfo(server.DatabasePath).Length / 1_000_000} MB");

        using var quiet = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var alone = await WriteAsync(server, quiet.Token);
        using var done = new CancellationTokenSource();
        var writing = WriteAsync(server, done.Token);
        var steps = new Steps();
        var found = await server.Services.GetRequiredService<DatabaseCheck>().RunAsync(steps);
        await done.CancelAsync();
        var beside = await writing;

        foreach (var (part, seconds) in steps.All)
            Console.Error.WriteLine($"    {part}: {seconds:0.0} s");
        foreach (var finding in found.Findings.Take(5))
            Console.Error.WriteLine($"    {finding}");
        report.Add($"db check, {rows:N0} rows", $"{found.Took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s", "", found.IsWhole ? "while people save" : $"{found.Findings.Count} findings!");
        report.Add("Saving meanwhile", Report.Milliseconds(beside), "", $"without the check {Report.Milliseconds(alone)}");
    }

    private static async Task<List<double>> WriteAsync(Server server, CancellationToken until)
    {
        var times = new List<double>();
        for (var i = 0; !until.IsCancellationRequested; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.Store.WriteAsync(Anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = $"Late {i}", Email = $"late{i}@example.com", CreatedAt = db.Now })), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await Task.Delay(Between, CancellationToken.None);
        }
        return times;
    }

    private sealed class Steps : IProgress<CheckProgress>
    {
        private (string Part, long At)? _last;

        public List<(string Part, double Seconds)> All { get; } = [];

        public void Report(CheckProgress value)
        {
            if (_last is var (part, at))
                All.Add((part, Stopwatch.GetElapsedTime(at).TotalSeconds));
            _last = (value.Part, Stopwatch.GetTimestamp());
        }
    }
}
