using KpsCrm.Data.Leads;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Intake;

/// <summary>What an enquiry must satisfy: the same for the form and the API.</summary>
public static class EnquiryRules
{
    /// <param name="enquiry">Normalised.</param>
    /// <param name="consentNeeded">The form asks for it; the API's senders have asked already.</param>
    public static IReadOnlyList<Problem> Check(Enquiry enquiry, bool consentNeeded)
    {
        var problems = new List<Problem>();

        if (enquiry.Name.Length == 0)
            problems.Add(new(nameof(Enquiry.Name), "Enter your name."));
        else
            Limit(nameof(Enquiry.Name), "name", enquiry.Name, Lead.NameMaxLength);

        if (enquiry.Email.Length == 0)
            problems.Add(new(nameof(Enquiry.Email), "Enter your e-mail address."));
        else if (enquiry.Email.Length > Lead.EmailMaxLength)
            Limit(nameof(Enquiry.Email), "e-mail address", enquiry.Email, Lead.EmailMaxLength);
        else if (!FieldRules.IsEmail(enquiry.Email))
            problems.Add(new(nameof(Enquiry.Email), FieldRules.NotAnEmail));

        Limit(nameof(Enquiry.Phone), "phone number", enquiry.Phone, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.Company), "company", enquiry.Company, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.City), "city", enquiry.City, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.State), "state", enquiry.State, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.Country), "country", enquiry.Country, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.Service), "service", enquiry.Service, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.Budget), "budget", enquiry.Budget, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.Timeline), "timeline", enquiry.Timeline, Lead.ShortTextMaxLength);
        Limit(nameof(Enquiry.Message), "message", enquiry.Message, Lead.NotesMaxLength);

        if (consentNeeded && !enquiry.Consent)
            problems.Add(new(nameof(Enquiry.Consent), "Tick the box, so that we may answer you."));
        return problems;

        void Limit(string field, string what, string? text, int most)
        {
            if (FieldRules.TooLong(what, text, most) is { } sentence)
                problems.Add(new(field, sentence));
        }
    }
}
