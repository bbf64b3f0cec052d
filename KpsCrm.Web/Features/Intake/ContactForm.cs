using System.Globalization;

namespace KpsCrm.Web.Features.Intake;

/// <summary>The public form's fields as text, so that whatever was typed can be shown again.</summary>
public sealed class ContactForm
{
    public static IReadOnlyList<string> Timelines { get; } = ["As soon as possible", "Within a month", "In 1 to 3 months", "Later", "Just looking"];

    public string? Name { get; set; }
    public string? Email { get; set; }
    public string? Phone { get; set; }
    public string? Company { get; set; }
    public string? City { get; set; }
    public string? Service { get; set; }
    public string? Budget { get; set; }
    public string? Timeline { get; set; }
    public string? Message { get; set; }
    public string? Consent { get; set; }

    // What the visitor does not see: first touch, and the guards against machines and double clicks.
    public string? Source { get; set; }
    public string? UtmSource { get; set; }
    public string? UtmMedium { get; set; }
    public string? UtmCampaign { get; set; }
    public string? UtmTerm { get; set; }
    public string? UtmContent { get; set; }
    public string? Referrer { get; set; }
    public string? LandingPage { get; set; }
    public string? Stamp { get; set; }
    public string? RequestId { get; set; }

    /// <summary>Hidden from people; a machine fills it in.</summary>
    public string? Homepage { get; set; }

    /// <summary>A fresh form, filled in as far as the link that opened it says. First touch travels in its hidden fields: no cookie, no script.</summary>
    public static ContactForm Open(HttpRequest request, string stamp)
    {
        string? Asked(string name) => Normalising.Cut(request.Query[name].FirstOrDefault(), 500);
        return new()
        {
            Name = Asked("name"),
            Email = Asked("email"),
            Phone = Asked("phone"),
            Company = Asked("company"),
            City = Asked("city"),
            Service = Normalising.Service(Asked("service")),
            Budget = Asked("budget"),
            Timeline = Asked("timeline"),
            Message = Asked("message"),
            Source = Asked("source"),
            UtmSource = Asked("utm_source"),
            UtmMedium = Asked("utm_medium"),
            UtmCampaign = Asked("utm_campaign"),
            UtmTerm = Asked("utm_term"),
            UtmContent = Asked("utm_content"),
            Referrer = Asked("referrer") ?? (request.GetTypedHeaders().Referer is { } from && from.Authority != request.Host.Value ? Normalising.Cut(from.ToString(), 500) : null),
            LandingPage = Asked("landing_page") ?? Normalising.Cut(request.Path + request.QueryString, 500),
            Stamp = stamp,
            RequestId = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
        };
    }

    public Enquiry ToEnquiry(HttpContext http) => new()
    {
        Name = Name ?? "",
        Email = Email ?? "",
        Phone = Phone,
        Company = Company,
        City = City,
        Service = Service,
        Budget = Budget,
        Timeline = Timeline,
        Message = Message,
        Source = Source,
        UtmSource = UtmSource,
        UtmMedium = UtmMedium,
        UtmCampaign = UtmCampaign,
        UtmTerm = UtmTerm,
        UtmContent = UtmContent,
        Referrer = Referrer,
        LandingPage = LandingPage,
        Consent = Consent is not null,
        Page = http.Request.Path,
        IpAddress = http.Connection.RemoteIpAddress?.ToString(),
        UserAgent = http.Request.Headers.UserAgent,
    };

    /// <summary>The fields nobody sees, with their values.</summary>
    public IEnumerable<(string Name, string? Value)> Hidden =>
    [
        (nameof(Source), Source), (nameof(UtmSource), UtmSource), (nameof(UtmMedium), UtmMedium), (nameof(UtmCampaign), UtmCampaign), (nameof(UtmTerm), UtmTerm), (nameof(UtmContent), UtmContent),
        (nameof(Referrer), Referrer), (nameof(LandingPage), LandingPage), (nameof(Stamp), Stamp), (nameof(RequestId), RequestId),
    ];
}
