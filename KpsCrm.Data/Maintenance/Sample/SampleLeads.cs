using System.Globalization;
using System.Text;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance;

/// <summary>Who asked: the three documented leads and a year of others, each with its way over the board.</summary>
internal sealed class SampleLeads(SampleFirm firm)
{
    private const int Count = 58;
    private static readonly LeadStatus[] OldEnds =
        [LeadStatus.Won, LeadStatus.Lost, LeadStatus.Qualified, LeadStatus.Lost, LeadStatus.Won, LeadStatus.Lost, LeadStatus.Won, LeadStatus.Lost, LeadStatus.Contacted];
    private static readonly LeadStatus[] RecentEnds =
        [LeadStatus.Proposal, LeadStatus.Contacted, LeadStatus.Negotiation, LeadStatus.Qualified, LeadStatus.Lost, LeadStatus.Proposal, LeadStatus.Won];

    private readonly SampleCalendar _days = firm.Calendar;

    public void Write()
    {
        WriteDocumented();
        var counts = _days.Spread(Count);
        for (var month = 0; month < SampleCalendar.Months; month++)
        {
            foreach (var day in Enumerable.Range(0, counts[month]).Select(_ => _days.DayIn(month)).Order().ToList())
                Write(firm.Leads.Count - 3, day);
        }
    }

    private void WriteDocumented()
    {
        var acme = Add("Acme Corporation", "contact@acme.example", null, "QuickBooks Setup", 2_500_00, 3_500_00, Priority.High, "website", "Dallas", firm.Team.Anna, 2);
        var tech = Add("Tech Solutions Inc", "info@techsolutions.example", null, "Monthly Bookkeeping", 5_000_00, 7_500_00, Priority.Medium, "referral", "Austin", firm.Team.Ben, 12);
        var restaurant = Add("Local Restaurant Group", "office@localrestaurants.example", null, "Payroll Services", 1_500_00, 2_200_00, Priority.Urgent, "social_media", "Houston", firm.Team.Anna, 5);
        Walk(acme, LeadStatus.New, firm.Team.Anna, 0);
        Walk(tech, LeadStatus.Qualified, firm.Team.Ben, 8);
        Walk(restaurant, LeadStatus.Contacted, firm.Team.Anna, 3);
    }

    private void Write(int index, DateOnly day)
    {
        var age = _days.Today.DayNumber - day.DayNumber;
        var end = age <= 12 ? (index % 4 == 3 ? LeadStatus.Contacted : LeadStatus.New) : age <= 60 ? RecentEnds[index % RecentEnds.Length] : OldEnds[index % OldEnds.Length];
        var seller = firm.Seller();
        var unassigned = end == LeadStatus.New && index % 2 == 0;
        var range = firm.Pick(LeadValue.BudgetRanges);
        var service = firm.Pick(SampleWords.Services);
        var company = SampleWords.Companies[index % SampleWords.Companies.Length];
        var person = SampleWords.People[index % SampleWords.People.Length];
        var lead = Add(person, $"{Slug(person.Split(' ')[0])}@{Slug(company)}.example", company, service, null, LeadValue.EstimateCents(service, range),
            LeadValue.PriorityFor(range), firm.Pick(SampleWords.Sources), firm.Pick(SampleWords.Cities), unassigned ? null : seller, age, range);
        Walk(lead, end, seller, end is LeadStatus.New ? 0 : Math.Min(age - 1, 5 + firm.Random.Next(36)));
        if (end == LeadStatus.Won)
            BecomeClient(lead, seller);
    }

    private Lead Add(string name, string email, string? company, string service, long? budgetCents, long valueCents, Priority priority, string source, string city, Actor? owner, int age, string? range = null)
    {
        var at = _days.DaysAgo(age);
        var fromForm = source is "website" or "google" or "social_media";
        var lead = new Lead
        {
            Name = name,
            Email = email,
            Phone = $"+1{firm.Pick(SampleWords.AreaCodes)}55501{firm.Leads.Count % 100:00}",
            Company = company ?? name,
            Service = service,
            Timeline = firm.Pick(SampleWords.Timelines),
            BudgetRange = range,
            BudgetCents = budgetCents,
            ValueCents = valueCents,
            Priority = priority,
            Source = source,
            City = city,
            State = "TX",
            OwnerId = owner?.UserId,
            Notes = firm.Pick(SampleWords.Wishes),
            UtmSource = source is "google" ? "google" : null,
            UtmMedium = source is "google" ? "cpc" : null,
            LandingPage = fromForm ? "/contact" : null,
            ConsentAt = fromForm ? at : null,
            CreatedAt = at,
            IsSample = true,
        };
        firm.Leads.Add(lead);
        if (fromForm)
            firm.Log(ActivityKind.Enquiry, lead, Actor.Visitor, $"asked about {service}", at);
        else
            firm.Log(ActivityKind.Created, lead, owner ?? firm.Team.Manager, "added the lead", at);
        return lead;
    }

    /// <summary>One step of the board after the other, within <paramref name="days"/>.</summary>
    private void Walk(Lead lead, LeadStatus end, Actor seller, int days)
    {
        var steps = end == LeadStatus.Lost ? [LeadStatus.Contacted, LeadStatus.Lost] : Enumerable.Range(1, (int)end).Select(s => (LeadStatus)s).ToArray();
        var created = _days.DayOf(lead.CreatedAt);
        for (var i = 0; i < steps.Length; i++)
        {
            var at = _days.At(created.AddDays(Math.Max(0, days) * (i + 1) / steps.Length), lead.LastActivityAt);
            firm.Move(lead, steps[i], seller, at, steps[i] == LeadStatus.Lost ? SampleWords.LeadsLost[firm.Leads.Count % SampleWords.LeadsLost.Length] : null);
        }
    }

    private void BecomeClient(Lead lead, Actor seller)
    {
        var client = new Client
        {
            Lead = lead,
            Name = lead.Name,
            Email = lead.Email,
            Phone = lead.Phone,
            Company = lead.Company,
            OwnerId = seller.UserId,
            JoinedAt = lead.LastActivityAt,
            IsSample = true,
        };
        firm.Clients.Add(client);
        firm.Log(ActivityKind.Converted, lead, seller, "made the lead a client", lead.LastActivityAt);
        firm.Log(ActivityKind.Created, client, seller, "became a client", client.JoinedAt);
    }

    /// <summary>Plain letters: "Peña Produce" → <c>penaproduce</c>.</summary>
    internal static string Slug(string name) => string.Concat(name.Normalize(NormalizationForm.FormD)
        .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && char.IsAsciiLetterOrDigit(c)).Select(char.ToLowerInvariant));
}
