using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Audit;

namespace KpsCrm.Web.Maintenance;

/// <summary><c>db check</c>: findings on stderr, the rest on stdout; as JSON, all on stdout.</summary>
internal static class CheckCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static async Task<int> RunAsync(WebApplication app, bool repair, bool asJson)
    {
        var check = app.Services.GetRequiredService<DatabaseCheck>();
        var progress = Console.IsErrorRedirected ? null : new Line();
        var report = repair ? await check.RepairAsync(Actor.System, progress) : await check.RunAsync(progress);
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { whole = report.IsWhole, at = report.At, seconds = Math.Round(report.Took.TotalSeconds, 1), report.Findings, report.Notes, report.Mended }, Json));
            return report.IsWhole ? 0 : 1;
        }

        foreach (var mended in report.Mended)
            Console.WriteLine($"Mended: {mended}");
        foreach (var note in report.Notes)
            Console.WriteLine($"Note: {note}");
        foreach (var finding in report.Findings)
            Console.Error.WriteLine(finding);
        if (report.IsWhole)
            Console.WriteLine("The data is whole.");
        else if (!repair && report.Findings.Any(f => f.Mends))
            Console.WriteLine($"{report.Findings.Count(f => f.Mends)} of {report.Findings.Count} are set right by 'db check --repair'.");
        if (report.Trail is { } trail)
            Console.WriteLine(AuditWords.Of(trail));
        return report.IsWhole ? 0 : 1;
    }

    /// <summary>For who watches; a log needs no progress. Told at once, in order, unlike by <see cref="Progress{T}"/>.</summary>
    private sealed class Line : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => Console.Error.Write(value.Done == value.Of ? "\r\e[K" : string.Create(CultureInfo.InvariantCulture, $"\r\e[K{value.Done + 1} of {value.Of}: {value.Part} …"));
    }
}
