namespace KpsCrm.Web.Features.Mail;

/// <summary>Outgoing mail; settings section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>Who in the firm is told of a new enquiry.</summary>
    public string SalesAddress { get; set; } = "sales@kps.example";
}
