using System.Globalization;
using System.Net;

namespace KpsCrm.Data.Maintenance;

internal sealed class AdoptedEvents(AdoptedFile file) : IAdopted
{
    private const int TypeMaxLength = 100;

    private readonly NewRows _insert = NewRows.Into(file.Connection, "analytics_events", "id", "event_type", "page", "action", "element", "value", "user_agent", "ip_address", "city", "referrer", "session_id", "created_at");

    public void Add(LegacyRow row)
    {
        var id = file.IdFor(row);
        var type = Type(row, "custom");
        _insert.With(id).With(type).With(row.Lines("page")).With(row.Lines("action")).With(row.Lines("element")).With(row.Lines("value")).With(row.Lines("user_agent")).With(Address(row))
            .With(row.Lines("city")).With(row.Lines("referrer")).With(row.Lines("session_id")).With(row.Created("created_at")).Run();
    }

    internal static string Type(LegacyRow row, string otherwise)
    {
        if (row.Text("event_type", TypeMaxLength) is { } type)
            return type;
        row.Tell(AdoptionRule.EventTypeMissing, "event_type");
        return otherwise;
    }

    internal static string? Address(LegacyRow row)
    {
        var address = row.Text("ip_address");
        if (string.Equals(address, "unknown", StringComparison.OrdinalIgnoreCase))
        {
            row.Tell(AdoptionRule.AddressUnknown);
            return null;
        }
        if (address is not null && !IPAddress.TryParse(address, out _))
            row.Tell(AdoptionRule.AddressStrange);
        return address;
    }

    public void Dispose() => _insert.Dispose();
}

internal sealed class AdoptedLogs(AdoptedFile file) : IAdopted
{
    private readonly NewRows _insert = NewRows.Into(file.Connection, "security_logs", "id", "event_type", "user_id", "ip_address", "user_agent", "subject", "details", "severity", "created_at");

    /// <summary>Without a place in the chain, which begins on top of them.</summary>
    public void Add(LegacyRow row)
    {
        var id = file.IdFor(row);
        _insert.With(id).With(AdoptedEvents.Type(row, "custom")).With(User(row)).With(AdoptedEvents.Address(row)).With(row.Lines("user_agent"))
            .With(id == row.Number ? null : string.Create(CultureInfo.InvariantCulture, $"older/{row.Number}")).With(Details(row)).With(Severity(row)).With(row.Created("created_at")).Run();
    }

    private static string? User(LegacyRow row)
    {
        if (row.Text("user_id") is not { } user || !user.All(char.IsAsciiDigit))
            return row.Text("user_id");
        row.Tell(AdoptionRule.UserNumber);
        return $"older system {user}";
    }

    private static string? Details(LegacyRow row)
    {
        var details = row.Lines("details");
        if (details is not null && !IsJson(details))
            row.Tell(AdoptionRule.DetailsNotJson);
        return details;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var _ = System.Text.Json.JsonDocument.Parse(text);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static string Severity(LegacyRow row)
    {
        if (row.Text("severity")?.ToLowerInvariant() is not { } severity)
            return Security.SecuritySeverity.Info;
        if (!Security.SecuritySeverity.All.Contains(severity))
            row.Tell(AdoptionRule.SeverityUnknown);
        return severity;
    }

    public void Dispose() => _insert.Dispose();
}
