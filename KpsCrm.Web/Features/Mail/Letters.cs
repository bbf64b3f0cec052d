using KpsCrm.Data.Notifications;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Mail;

/// <summary>The words of the two mails that an enquiry causes, and of the one that goes with a colleague's bell.</summary>
public static class Letters
{
    /// <summary>Anyone can type anyone's address into the form, so the answer doesn't carry pages of a stranger's text.</summary>
    private const int LongestEcho = 600;

    public static Letter ForSales(EnquiryFacts about, CompanyOptions company, MailOptions mail)
    {
        var who = about.Company is null ? about.Name : $"{about.Name}, {about.Company}";
        var subject = $"{(about.IsUrgent ? "High priority: " : "")}{(about.Returning ? "New enquiry from a known lead" : "New lead")}: {who}{(about.Service is null ? "" : $" ({about.Service})")}";
        return new()
        {
            Subject = OneLine.Of(subject),
            Title = about.Returning ? "They have written again" : "A new lead is waiting",
            Flag = about.IsUrgent ? "High priority" : null,
            Opening =
            [
                about.Returning
                    ? $"{about.Name} is already an open lead{(about.OwnerName is null ? "" : $" of {about.OwnerName}")}. This is a new enquiry from the same person; it was added to that lead."
                    : $"{about.Name} has just sent the contact form. The website promised an answer within 2–24 hours.",
            ],
            Links = [.. SalesLinks(about, company, mail)],
            Sections =
            [
                new("Contact", Rows(("Name", about.Name, null), ("E-mail", about.Email, MailTo(about.Email)), ("Phone", about.Phone, Tel(about.Phone)), ("Company", about.Company, null), ("Place", about.Place, null))),
                new("Interests", Rows(("Service", about.Service, null), ("Budget", about.Budget, null), ("Timeline", about.Timeline, null),
                    ("Estimated value", Settings.Money(about.ValueCents), null), ("Priority", about.Priority.ToString(), null))),
                new("Where they came from", Rows(("Source", about.Source, null), ("Campaign", about.Campaign, null), ("Referrer", about.Referrer, null), ("Landing page", about.LandingPage, null))),
            ],
            QuoteTitle = "Their message",
            Quote = about.Message,
            StepsTitle = "Next steps",
            Steps =
            [
                about.Phone is null ? "Answer by e-mail today: no phone number was given." : about.IsUrgent ? "Call within two hours." : "Call or write within 24 hours.",
                "Find out what they need, by when, and who decides.",
                "Move the lead to Contacted, so that nobody calls twice.",
            ],
            Footer = $"Sent by the CRM of {company.Name}. Answering this mail answers {about.Name}.",
        };
    }

    public static Letter ForVisitor(EnquiryFacts about, CompanyOptions company)
    {
        var topic = about.Service is null ? "" : $" about {about.Service}";
        return new()
        {
            Subject = OneLine.Of($"We have your enquiry{topic}"),
            Title = "Thank you, we have your enquiry",
            Opening = [$"Hello {about.Name},", $"thank you for writing to {company.Name}. Your enquiry{topic} has arrived, and one of us will answer within 2–24 hours."],
            Sections = [new("What you asked for", Rows(("Service", about.Service, null), ("Budget", about.Budget, null), ("Timeline", about.Timeline, null)))],
            QuoteTitle = "Your message",
            Quote = about.Message is { Length: > LongestEcho } text ? text[..(char.IsHighSurrogate(text[LongestEcho - 1]) ? LongestEcho - 1 : LongestEcho)].TrimEnd() + " …" : about.Message,
            StepsTitle = "What happens next",
            Steps =
            [
                "We read what you sent and look at which of us can help you best.",
                about.Phone is null ? "That person writes to you within 2–24 hours." : "That person calls or writes to you within 2–24 hours.",
                "Together we agree on what to do and when to start.",
            ],
            Closing = [$"If it can't wait, call {company.Phone} or simply answer this mail.", $"Kind regards\n{company.Name}"],
            Footer = $"{company.Name} · {company.Phone} · {company.Email}\nYou receive this mail because this address was entered in our contact form. If that wasn't you, you can ignore it.",
        };
    }

    public static Letter ForColleague(NoticeFacts notice, CompanyOptions company, MailOptions mail)
    {
        var page = mail.BaseUrl.TrimEnd('/') + notice.Path;
        return new()
        {
            Subject = OneLine.Of(notice.Text),
            Title = notice.Kind switch
            {
                NotificationKind.Reminder => "A reminder",
                NotificationKind.Mentioned => "You were mentioned",
                NotificationKind.Waiting => "A lead waits for an answer",
                NotificationKind.Suspicious => "Something looks suspicious",
                NotificationKind.Backup => "Your data needs you",
                NotificationKind.Account => "About your account",
                _ => "Something for you",
            },
            Opening = [$"Hello {notice.Person},", $"{notice.Text}."],
            Links = [new(notice.Path switch { "/tasks" => "Open your tasks", "/audit" => "Open the audit trail", "/settings/backup" => "Open the backups", "/account" => "Open your account", _ => "Open the record" }, page, page)],
            Closing = notice.Kind == NotificationKind.Account ? [$"If it was you, there is nothing to do. If not, choose a new password now ({mail.BaseUrl.TrimEnd('/')}/forgot-password) and tell the person who runs this system."] : [],
            Footer = $"Sent by the CRM of {company.Name}." + (notice.Kind == NotificationKind.Account ? "" : $" What you are told by mail you choose under Account: {mail.BaseUrl.TrimEnd('/')}/account"),
        };
    }

    public static Letter ForReset(string link, CompanyOptions company) => new()
    {
        Subject = OneLine.Of($"A new password for the CRM of {company.Name}"),
        Title = "Choose a new password",
        Opening = ["Someone, probably you, asked for a new password for your account. With this link you choose it; the link works once and not for long."],
        Links = [new("Choose a new password", link, link)],
        Closing = ["If it wasn't you, do nothing: your password stays as it is. If it happens again, tell the person who runs this system."],
        Footer = $"Sent by the CRM of {company.Name}.",
    };

    public static Letter ForInvitation(Invitation invitation, string link, CompanyOptions company) => new()
    {
        Subject = OneLine.Of($"{invitation.By} invites you to the CRM of {company.Name}"),
        Title = "You are invited",
        Opening =
        [
            $"Hello {invitation.Name},",
            $"{invitation.By} has made you an account in the CRM of {company.Name}. With this link you choose your password and are in. It works once, until {Words.Moment(invitation.Until, company)}.",
        ],
        Links = [new("Accept the invitation", link, link)],
        Closing = ["If you don't know what this is about, do nothing: without you the account stays closed."],
        Footer = $"Sent by the CRM of {company.Name}.",
    };

    private static IEnumerable<LetterLink> SalesLinks(EnquiryFacts about, CompanyOptions company, MailOptions mail)
    {
        yield return new("Reply", MailTo(about.Email, $"Your enquiry to {company.Name}"), about.Email);
        if (Tel(about.Phone) is { } tel)
            yield return new("Call", tel, about.Phone!);
        if (about.LeadId is { } id)
        {
            var page = $"{mail.BaseUrl.TrimEnd('/')}/leads/{id}";
            yield return new("Open the lead", page, page);
        }
    }

    private static List<LetterRow> Rows(params (string Label, string? Value, string? Href)[] rows) =>
        [.. rows.Where(r => r.Value is not null).Select(r => new LetterRow(r.Label, OneLine.Of(r.Value, 500), r.Href))];

    private static string MailTo(string address, string? subject = null) =>
        $"mailto:{Uri.EscapeDataString(address).Replace("%40", "@")}{(subject is null ? "" : $"?subject={Uri.EscapeDataString(subject)}")}";

    /// <summary>Null when there is nothing to dial.</summary>
    private static string? Tel(string? phone)
    {
        // What follows an extension's x is for the person, not for the dialler.
        var dialled = string.Concat((phone ?? "").Split('x')[0].Where(c => char.IsAsciiDigit(c) || c == '+'));
        return dialled.Count(char.IsAsciiDigit) >= 5 ? $"tel:{dialled}" : null;
    }
}
