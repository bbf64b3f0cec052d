using System.Globalization;
using System.Text.Json;
using KpsCrm.Data.Security;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Audit;

/// <summary>How the audit trail is spoken of.</summary>
public static class AuditWords
{
    private static readonly Dictionary<string, string> Events = new()
    {
        [SecurityEvents.LoginSuccess] = "Signed in",
        [SecurityEvents.LoginFailure] = "Sign-in failed",
        [SecurityEvents.Lockout] = "Guesses slowed down",
        [SecurityEvents.Logout] = "Signed out",
        [SecurityEvents.SetUpFailure] = "Set-up code wrong",
        [SecurityEvents.RevokedSessionUsed] = "Ended session used",
        [SecurityEvents.RecordViewed] = "Opened",
        [SecurityEvents.RecordsListed] = "Shown in a list",
        [SecurityEvents.ViewRefused] = "Tried to open",
        [SecurityEvents.Searched] = "Searched",
        [SecurityEvents.FileDownloaded] = "File downloaded",
        [SecurityEvents.RequestRefused] = "Request refused",
        [SecurityEvents.AccessDenied] = "Action refused",
        [SecurityEvents.FormTrap] = "Form filled in by a machine",
        [SecurityEvents.Purged] = "Removed for good",
        [SecurityEvents.AuditPurged] = "Old audit rows removed",
        [SecurityEvents.AuditOverflow] = "Audit rows lost",
        [SecurityEvents.AuditBroken] = "Audit trail broken",
        [SecurityEvents.Suspicious] = "Suspicious",
        [SecurityEvents.SuspicionDismissed] = "Alarm dismissed",
        [SecurityEvents.Restored] = "Backup restored",
        [SecurityEvents.Repaired] = "Data mended",
        [SecurityEvents.Imported] = "Leads imported",
        [SecurityEvents.Adopted] = "Older system's file adopted",
    };

    public static IReadOnlyList<(string Key, string Label)> Groups { get; } =
    [
        ("sign_in", "Sign-ins and sessions"), ("account", "Accounts"), ("rights", "Rights"), ("seen", "Opened and searched"), ("exported", "Exports"),
        ("system", "Settings and upkeep"), ("refused", "Refused"), ("suspicious", "Suspicious"),
    ];

    public static string Event(string type) => Events.TryGetValue(type, out var words) ? words : Words.Of(type);

    public static string Kind(string kind) => Groups.FirstOrDefault(g => g.Key == kind) is { Label: { } label } ? label : Event(kind);

    /// <summary>"lead 12", "anna@kps.example".</summary>
    public static string? Subject(string? subject) => subject?.Split('/', 2) switch
    {
        null => null,
        ["account", var email] => email,
        // Its sentence says it.
        ["failures" or "spraying" or "new_place" or "opened" or "exports" or "dead_session" or "traps" or "overflow" or "broken", _] => null,
        ["suspicion", var id] => $"alarm {id}",
        ["leads" or "clients" or "deals" or "tasks" or "files" or "users" or "teams" or "charts", var id] => $"{subject.Split('/')[0][..^1]} {id}",
        ["rights", var role] => $"rights of {role}",
        _ => subject,
    };

    /// <summary>Where the subject can be looked at.</summary>
    public static string? Href(string? subject) => subject?.Split('/') is ["leads" or "clients" or "deals" or "users", var id] && id.All(char.IsAsciiDigit) ? "/" + subject : null;

    /// <summary>The details as names and values; of what is no JSON, the text itself.</summary>
    public static IReadOnlyList<(string Name, string Value)> Details(string? details)
    {
        if (string.IsNullOrWhiteSpace(details))
            return [];
        try
        {
            using var json = JsonDocument.Parse(details);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return [.. json.RootElement.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => (Name(p.Name), p.Value.ToString()))];
        }
        catch (JsonException)
        {
            // Of the older system, or cut off.
        }
        return [("Text", details)];
    }

    /// <summary>The details in one line.</summary>
    public static string Short(string? details) => Details(details) is [("Sentence", var sentence), ..] ? sentence : string.Join(" · ", Details(details).Select(d => d.Name == "Text" ? d.Value : $"{d.Name.ToLowerInvariant()}: {d.Value}"));

    public static string Of(AuditProof proof)
    {
        var unproved = proof.Unproved == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {proof.Unproved:N0} rows carry no proof: they are of the older system or were written by hand.");
        return proof switch
        {
            { Findings.Count: > 0 } => "The audit trail is broken." + unproved,
            { Since: { } since } => string.Create(CultureInfo.InvariantCulture, $"The audit trail is unbroken since {since:yyyy-MM-dd HH:mm} UTC: {proof.Rows:N0} rows, the last is no. {proof.Seq} with the hash {proof.Hash}.{unproved}"),
            _ => "The audit trail is empty." + unproved,
        };
    }

    private static string Name(string camel) => Words.Of(string.Concat(camel.Select(c => char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString())));
}
