using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KpsCrm.Web.Features.Intake;

/// <summary>
/// What one visitor sent, once. As JSON it is the detail of the activity that records it and the payload of a quarantined enquiry:
/// mails and timelines are made from it. After <see cref="Normalising.Of"/> every text is trimmed and never empty.
/// Everything in it comes from a stranger: encode it wherever it is shown.
/// </summary>
public sealed record Enquiry
{
    public string Name { get; init; } = "";

    /// <summary>Lower-case once normalised.</summary>
    public string Email { get; init; } = "";

    /// <summary>E.164 when it could be understood, else as typed.</summary>
    public string? Phone { get; init; }

    public string? Company { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public string? Country { get; init; }
    public string? Service { get; init; }

    /// <summary>As sent: one of the ranges, a number, or free text.</summary>
    public string? Budget { get; init; }

    public string? Timeline { get; init; }

    /// <summary>Up to 10,000 characters, with line breaks as <c>\n</c>.</summary>
    public string? Message { get; init; }

    /// <summary>Where this enquiry came from, decided by <see cref="Attribution"/>; before that, what the sender claims.</summary>
    public string? Source { get; init; }

    public string? UtmSource { get; init; }
    public string? UtmMedium { get; init; }
    public string? UtmCampaign { get; init; }
    public string? UtmTerm { get; init; }
    public string? UtmContent { get; init; }
    public string? Referrer { get; init; }
    public string? LandingPage { get; init; }

    /// <summary>The visitor ticked the box that allows us to answer.</summary>
    public bool Consent { get; init; }

    /// <summary>The page that carried the form.</summary>
    public string? Page { get; init; }

    public string? SessionId { get; init; }
    public string? IpAddress { get; init; }
    public string? UserAgent { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, EnquiryJson.Readable.Enquiry);

    /// <exception cref="JsonException">Not an enquiry.</exception>
    public static Enquiry FromJson(string json) => JsonSerializer.Deserialize(json, EnquiryJson.Readable.Enquiry) ?? new();
}

[JsonSerializable(typeof(Enquiry))]
internal sealed partial class EnquiryJson : JsonSerializerContext
{
    /// <summary>Leaves letters of every script as they are, for those who read the database with their own eyes.</summary>
    public static EnquiryJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
