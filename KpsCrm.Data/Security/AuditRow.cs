using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KpsCrm.Data.Security;

public static class AuditRow
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A row of the audit trail, not yet in it.</summary>
    public static SecurityLog Of(Actor who, string eventType, DateTime at, string? subject = null, object? details = null, string severity = SecuritySeverity.Info) => new()
    {
        EventType = eventType,
        UserId = who.UserId?.ToString(CultureInfo.InvariantCulture),
        UserName = who.Role is null ? null : who.Name,
        IpAddress = who.From?.Address,
        UserAgent = who.From?.Agent,
        Subject = subject,
        Details = details is null ? null : JsonSerializer.Serialize(details, Readable),
        Severity = severity,
        CreatedAt = at,
    };
}
