using System.Text.Json;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

public sealed record OpenSuspicion(int Id, string Severity, string Sentence, string? Href, DateTime At);

/// <summary>The alarms that nobody has dismissed: critical ones first, then the newest.</summary>
public sealed record SuspicionsQuestion : IQuestion<IReadOnlyList<OpenSuspicion>>
{
    private const int Most = 50;

    public Topics Of => Topics.Security;

    public async Task<IReadOnlyList<OpenSuspicion>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var rows = await view.SecurityLogs.Where(l => l.EventType == SecurityEvents.Suspicious && !view.SecurityLogs.Any(d => d.Subject == "suspicion/" + l.Id && d.EventType == SecurityEvents.SuspicionDismissed))
            .OrderBy(l => l.Severity).ThenByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id).Take(Most).Select(l => new { l.Id, l.Severity, l.Details, l.Subject, l.CreatedAt }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new OpenSuspicion(r.Id, r.Severity, Text(r.Details, "sentence") ?? r.Subject ?? "", Text(r.Details, "rows"), r.CreatedAt))];
    }

    private static string? Text(string? details, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(details ?? "{}");
            return json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
