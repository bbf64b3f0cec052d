using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Leads;

namespace KpsCrm.Data.Maintenance;

/// <summary>The talk around the books: calls and notes on leads and clients, and what visitors did on the site.</summary>
internal sealed class SampleContacts(SampleFirm firm)
{
    private static readonly string[] Pages = ["/", "/services", "/about", "/pricing", "/blog/sales-tax-in-texas"];

    public void Write()
    {
        foreach (var lead in firm.Leads.Where(l => l.Status != LeadStatus.New).Where((_, i) => i % 3 == 0).ToList())
            firm.Log(ActivityKind.Call, lead, firm.SellerOf(lead.OwnerId), firm.Pick(SampleWords.Calls), firm.Calendar.At(firm.Calendar.DayOf(lead.CreatedAt).AddDays(1), lead.CreatedAt));
        foreach (var client in firm.Clients.Where((_, i) => i % 2 == 0))
            firm.Log(ActivityKind.Note, client, firm.SellerOf(client.OwnerId), firm.Pick(SampleWords.Notes), firm.Calendar.DaysAgo(1 + firm.Random.Next(25), client.JoinedAt));
    }

    /// <summary>The visits that led to the leads of the form, and some that led nowhere. The leads have their ids by now.</summary>
    public static IEnumerable<AnalyticsEvent> Visits(SampleFirm firm)
    {
        foreach (var lead in firm.Leads.Where(l => l.LandingPage is not null))
        {
            for (var i = 2; i >= 0; i--)
                yield return Event(firm, "page_view", i == 0 ? "/contact" : firm.Pick(Pages), "view", lead.CreatedAt.AddMinutes(-3 * i - 1), $"sample-{lead.Id}", lead.City);
            yield return Event(firm, "interaction", "/contact", "click", lead.CreatedAt.AddSeconds(-5), $"sample-{lead.Id}", lead.City, element: "send");
            yield return Event(firm, "lead_created", "/contact", "form_submit", lead.CreatedAt, $"sample-{lead.Id}", lead.City, value: lead.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var visit = 0;
        for (var month = 0; month < SampleCalendar.Months; month++)
        {
            for (var i = 0; i < 14 + 2 * month; i++)
                yield return Event(firm, "page_view", firm.Pick(Pages), "view", firm.Calendar.At(firm.Calendar.DayIn(month)), $"sample-visit-{++visit}", firm.Pick(SampleWords.Cities));
        }
    }

    private static AnalyticsEvent Event(SampleFirm firm, string type, string page, string action, DateTime at, string session, string? city, string? element = null, string? value = null) => new()
    {
        EventType = type,
        Page = page,
        Action = action,
        Element = element,
        Value = value,
        City = city,
        Referrer = firm.Random.Next(3) == 0 ? "https://www.google.com/" : null,
        SessionId = session,
        CreatedAt = at,
        IsSample = true,
    };
}
