using KpsCrm.Data.Notifications;

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
                _ => "Something for you",
            },
            Opening = [$"Hello {notice.Person},", $"{notice.Text}."],
            Links = [new(notice.Path == "/tasks" ? "Open your tasks" : "Open the record", page, page)],
            Footer = $"Sent by the CRM of {company.Name}. What you are told by mail you choose under Account: {mail.BaseUrl.TrimEnd('/')}/account",
        };
    }

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
