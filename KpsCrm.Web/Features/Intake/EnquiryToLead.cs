using KpsCrm.Data.Leads;

namespace KpsCrm.Web.Features.Intake;

/// <summary>What an enquiry makes of a lead.</summary>
internal static class EnquiryToLead
{
    public static Lead ToLead(this Enquiry enquiry, DateTime at)
    {
        var budgetCents = Normalising.BudgetCents(enquiry.Budget);
        return new Lead
        {
            Name = enquiry.Name,
            Email = enquiry.Email,
            Phone = enquiry.Phone,
            Company = enquiry.Company,
            Service = enquiry.Service,
            Timeline = enquiry.Timeline,
            BudgetRange = enquiry.Budget,
            BudgetCents = budgetCents,
            Priority = LeadValue.PriorityFor(enquiry.Budget, budgetCents),
            ValueCents = LeadValue.EstimateCents(enquiry.Service, enquiry.Budget, budgetCents),
            Source = enquiry.Source ?? "website",
            City = enquiry.City,
            State = enquiry.State,
            Country = enquiry.Country ?? "US",
            Notes = enquiry.Message,
            UtmSource = enquiry.UtmSource,
            UtmMedium = enquiry.UtmMedium,
            UtmCampaign = enquiry.UtmCampaign,
            UtmTerm = enquiry.UtmTerm,
            UtmContent = enquiry.UtmContent,
            Referrer = enquiry.Referrer,
            LandingPage = enquiry.LandingPage,
            ConsentAt = enquiry.Consent ? at : null,
            CreatedAt = at,
            LastActivityAt = at,
        };
    }

    /// <summary>A further enquiry fills what is still blank and changes nothing that somebody has set; its words stay with its activity.</summary>
    public static void Join(this Lead lead, Enquiry enquiry, DateTime at)
    {
        var stillEstimated = lead.ValueCents == LeadValue.EstimateCents(lead.Service, lead.BudgetRange, lead.BudgetCents);
        lead.Phone ??= enquiry.Phone;
        lead.Company ??= enquiry.Company;
        lead.Service ??= enquiry.Service;
        lead.Timeline ??= enquiry.Timeline;
        lead.City ??= enquiry.City;
        lead.State ??= enquiry.State;
        lead.Country ??= enquiry.Country;
        lead.ConsentAt ??= enquiry.Consent ? at : null;
        lead.LastActivityAt = at;

        if (lead.BudgetRange is null && lead.BudgetCents is null && enquiry.Budget is not null)
        {
            (lead.BudgetRange, lead.BudgetCents) = (enquiry.Budget, Normalising.BudgetCents(enquiry.Budget));
            if (lead.Priority < Priority.High)
                lead.Priority = (Priority)Math.Max((int)lead.Priority, (int)LeadValue.PriorityFor(lead.BudgetRange, lead.BudgetCents));
        }
        if (stillEstimated)
            lead.ValueCents = LeadValue.EstimateCents(lead.Service, lead.BudgetRange, lead.BudgetCents);
    }
}
