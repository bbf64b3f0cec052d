using System.Globalization;

namespace KpsCrm.Bench;

/// <summary>Collects the figures and prints them as one Markdown table.</summary>
public sealed class Report
{
    private readonly List<(string What, string Value, string Target, string Note)> _rows = [];

    public void Add(string what, string value, string target = "", string note = "")
    {
        _rows.Add((what, value, target, note));
        Console.Error.WriteLine($"  {what}: {value}{(target.Length > 0 ? $" (target {target})" : "")} {note}");
    }

    public void Print()
    {
        Console.WriteLine($"Measured {DateTime.UtcNow:yyyy-MM-dd} UTC, {Environment.ProcessorCount} cores, .NET {Environment.Version}.\n");
        Console.WriteLine("| What | Value | Target | Note |\n|---|---|---|---|");
        foreach (var (what, value, target, note) in _rows)
            Console.WriteLine($"| {what} | {value} | {target} | {note} |");
    }

    public static string Number(double value) => value.ToString(value < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Milliseconds(IReadOnlyCollection<double> samples) =>
        $"p50 {Number(Percentile(samples, 50))} ms, p95 {Number(Percentile(samples, 95))} ms, p99 {Number(Percentile(samples, 99))} ms";

    public static double Percentile(IReadOnlyCollection<double> samples, int percent)
    {
        var sorted = samples.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)];
    }
}
