using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

/// <summary>Which leads a list shows, as it stands in the query string. Whoever counts leads links to them with this.</summary>
public sealed record LeadFilter
{
    /// <summary>Asks for the leads of which it isn't known.</summary>
    public const string Unknown = "-";

    public LeadStatus? Status { get; init; }
    public string? Source { get; init; }
    public string? City { get; init; }
    public string? Service { get; init; }

    /// <summary>Everything but these, separated by <c>|</c>: the rows behind "Other" on a chart.</summary>
    public string? SourceNot { get; init; }

    /// <inheritdoc cref="SourceNot"/>
    public string? CityNot { get; init; }

    public int? OwnerId { get; init; }

    /// <summary>Created on these days of the company's calendar, both included.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }
    public string? Text { get; init; }

    public static LeadFilter Of(ListQuery query) => new()
    {
        Status = query.Word<LeadStatus>("status"),
        Source = query.Text("source"),
        SourceNot = query.Text("source_not"),
        City = query.Text("city"),
        CityNot = query.Text("city_not"),
        Service = query.Text("service"),
        OwnerId = query.Number("owner"),
        From = query.Day("from"),
        To = query.Day("to"),
        Text = query.Text("q"),
    };

    public string Href => ListQuery.Uri("/leads", ("status", Status is { } s ? Columns.Word(s) : null), ("source", Source), ("source_not", SourceNot), ("city", City), ("city_not", CityNot),
        ("service", Service), ("owner", OwnerId), ("from", From), ("to", To), ("q", Text));

    /// <summary>All but <see cref="Text"/>, which the database's text index finds.</summary>
    public IQueryable<Lead> Apply(IQueryable<Lead> leads, CompanyOptions company)
    {
        if (Status is { } status)
            leads = leads.Where(l => l.Status == status);
        if (Source is { } source)
            leads = source == Unknown ? leads.Where(l => l.Source == "") : leads.Where(l => l.Source == source);
        if (City is { } city)
            leads = city == Unknown ? leads.Where(l => l.City == null || l.City == "") : leads.Where(l => l.City == city);
        if (Service is { } service)
            leads = service == Unknown ? leads.Where(l => l.Service == null || l.Service == "") : leads.Where(l => l.Service == service);
        if (SourceNot?.Split('|') is { } sources)
            leads = leads.Where(l => !sources.Contains(l.Source));
        if (CityNot?.Split('|') is { } cities)
            leads = leads.Where(l => l.City != null && l.City != "" && !cities.Contains(l.City));
        if (OwnerId is { } owner)
            leads = leads.Where(l => l.OwnerId == owner);
        if (From is { } first && company.StartOf(first) is var from)
            leads = leads.Where(l => l.CreatedAt >= from);
        if (To is { } last && company.StartOf(last.AddDays(1)) is var until)
            leads = leads.Where(l => l.CreatedAt < until);
        return leads;
    }
}
