using System.Text.Json;

namespace KpsCrm.Web.Features.Intake;

/// <summary>The fields of a post, whether it came as a form, multipart or JSON. Names match whatever their case, dashes and underscores.</summary>
public sealed class PostedFields
{
    private readonly Dictionary<string, string> _fields = [];

    public string? this[string name] => _fields.GetValueOrDefault(Plain(name));

    /// <exception cref="JsonException">The body is neither a form nor a JSON object.</exception>
    public static async Task<PostedFields> ReadAsync(HttpRequest request)
    {
        var fields = new PostedFields();
        if (request.HasFormContentType)
        {
            foreach (var (name, values) in await request.ReadFormAsync())
                fields.Add(name, values.ToString());
            return fields;
        }

        // Whatever else it calls itself: navigator.sendBeacon sends JSON as text/plain.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (body.Length == 0)
            return fields;
        using var json = JsonDocument.Parse(body.ToArray());
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("Not an object.");
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (Text(property) is var (name, value))
                fields.Add(name, value);
        }
        return fields;
    }

    public Enquiry ToEnquiry(HttpContext http) => new()
    {
        Name = this["name"] ?? "",
        Email = this["email"] ?? "",
        Phone = this["phone"],
        Company = this["company"],
        City = this["city"],
        State = this["state"],
        Country = this["country"],
        Service = this["service"],
        Budget = this["budget"],
        Timeline = this["timeline"],
        Message = this["message"] ?? this["notes"],
        Source = this["source"],
        UtmSource = this["utm_source"],
        UtmMedium = this["utm_medium"],
        UtmCampaign = this["utm_campaign"],
        UtmTerm = this["utm_term"],
        UtmContent = this["utm_content"],
        Referrer = this["referrer"],
        LandingPage = this["landing_page"],
        Consent = this["consent"] is { } consent && consent.ToLowerInvariant() is "true" or "on" or "yes" or "1",
        Page = this["page"],
        SessionId = this["session_id"],
        IpAddress = http.Connection.RemoteIpAddress?.ToString(),
        UserAgent = http.Request.Headers.UserAgent,
    };

    private void Add(string name, string value) => _fields.TryAdd(Plain(name), value);

    private static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();

    private static (string Name, string Value)? Text(JsonProperty property)
    {
        try
        {
            return property.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => (property.Name, property.Value.GetString()!),
                _ => (property.Name, property.Value.GetRawText()),
            };
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair.
            throw new JsonException(e.Message, e);
        }
    }
}
