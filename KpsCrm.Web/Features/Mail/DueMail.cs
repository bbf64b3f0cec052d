using System.Text.Json;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Web.Features.Bell;

namespace KpsCrm.Web.Features.Mail;

/// <summary>A claimed mail and all it speaks of. Everything in <paramref name="About"/> came from a stranger.</summary>
public sealed record DueMail(int Id, MailKind Kind, string ToAddress, string MessageId, DateTime CreatedAt, EnquiryFacts About, NoticeFacts? Notice = null)
{
    /// <summary>Whose password is to be reset.</summary>
    public int? UserId { get; init; }

    public static DueMail From(OutgoingMail mail) => new(mail.Id, mail.Kind, mail.ToAddress, mail.MessageId, mail.CreatedAt, EnquiryFacts.Of(mail.Lead, mail.Activity), NoticeFacts.Of(mail.Notification)) { UserId = mail.UserId };
}

/// <summary>What a colleague's bell rang for.</summary>
/// <param name="Path">Where it leads: <c>/deals/7</c>.</param>
public sealed record NoticeFacts(NotificationKind Kind, string Text, string Path, string Person)
{
    public static NoticeFacts? Of(Notification? notification) => notification is null ? null : new(notification.Kind, notification.Text,
        NoticePath.Of(notification.Kind, notification.DealId, notification.LeadId, notification.ClientId),
        notification.User?.Name ?? "");
}

/// <summary>What the enquiry said and what the lead says: the enquiry's words first, the lead's where it is silent.</summary>
public sealed record EnquiryFacts
{
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

    public int? LeadId { get; init; }
    public string Name { get; init; } = "";
    public string Email { get; init; } = "";
    public string? Phone { get; init; }
    public string? Company { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public string? Service { get; init; }
    public string? Budget { get; init; }
    public string? Timeline { get; init; }
    public string? Message { get; init; }
    public string? Source { get; init; }
    public string? UtmSource { get; init; }
    public string? UtmMedium { get; init; }
    public string? UtmCampaign { get; init; }
    public string? UtmTerm { get; init; }
    public string? UtmContent { get; init; }
    public string? Referrer { get; init; }
    public string? LandingPage { get; init; }
    public long ValueCents { get; init; }
    public Priority Priority { get; init; } = Priority.Medium;

    /// <summary>They have written before: this enquiry joined an open lead.</summary>
    public bool Returning { get; init; }

    public string? OwnerName { get; init; }

    public bool IsUrgent => Priority is Priority.High or Priority.Urgent;
    public string? Place => Joined(", ", City, State);
    public string? Campaign => Joined(" / ", UtmSource, UtmMedium, UtmCampaign, UtmTerm, UtmContent);

    public static EnquiryFacts Of(Lead? lead, Activity? activity)
    {
        var sent = Read(activity?.Detail);
        return sent with
        {
            LeadId = lead?.Id,
            Name = Or(sent.Name, lead?.Name) ?? "",
            Email = Or(sent.Email, lead?.Email) ?? "",
            Phone = Or(sent.Phone, lead?.Phone),
            Company = Or(sent.Company, lead?.Company),
            City = Or(sent.City, lead?.City),
            State = Or(sent.State, lead?.State),
            Service = Or(sent.Service, lead?.Service),
            Budget = Or(sent.Budget, lead?.BudgetRange ?? (lead?.BudgetCents is { } cents ? Settings.Money(cents) : null)),
            Timeline = Or(sent.Timeline, lead?.Timeline),
            Message = Or(sent.Message, activity is null ? lead?.Notes : null),
            Source = Or(sent.Source, lead?.Source),
            UtmSource = Or(sent.UtmSource, lead?.UtmSource),
            UtmMedium = Or(sent.UtmMedium, lead?.UtmMedium),
            UtmCampaign = Or(sent.UtmCampaign, lead?.UtmCampaign),
            UtmTerm = Or(sent.UtmTerm, lead?.UtmTerm),
            UtmContent = Or(sent.UtmContent, lead?.UtmContent),
            Referrer = Or(sent.Referrer, lead?.Referrer),
            LandingPage = Or(sent.LandingPage, lead?.LandingPage),
            ValueCents = lead?.ValueCents ?? 0,
            Priority = lead?.Priority ?? Priority.Medium,
            Returning = activity?.Kind == ActivityKind.Enquiry,
            OwnerName = lead?.Owner?.Name,
        };
    }

    private static EnquiryFacts Read(string? detail)
    {
        try
        {
            return string.IsNullOrWhiteSpace(detail) ? new() : JsonSerializer.Deserialize<EnquiryFacts>(detail, Lenient) ?? new();
        }
        catch (JsonException)
        {
            // The lead alone still makes a mail.
            return new();
        }
    }

    private static string? Or(string? first, string? second) => string.IsNullOrWhiteSpace(first) ? string.IsNullOrWhiteSpace(second) ? null : second : first;

    private static string? Joined(string separator, params string?[] parts) =>
        string.Join(separator, parts.Where(p => !string.IsNullOrWhiteSpace(p))) is { Length: > 0 } joined ? joined : null;
}
