using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Leads;

/// <summary>Which leads a list shows. Whoever counts leads links to them with this.</summary>
public sealed record LeadFilter : ListFilter
{
    /// <summary>Asks for the leads of which it isn't known.</summary>
    public const string Unknown = ValueField.Unknown;

    public static readonly ChoiceField Statuses = ChoiceField.Of("status", "Status", Words.Of,
        ("open", "Open", [LeadStatus.New, LeadStatus.Contacted, LeadStatus.Qualified, LeadStatus.Proposal, LeadStatus.Negotiation]), ("closed", "Closed", [LeadStatus.Won, LeadStatus.Lost]));

    public static readonly OwnerField Owner = new();
    public static readonly ChoiceField Priorities = ChoiceField.Of<Priority>("priority", "Priority", p => Words.Of(p));
    public static readonly NextStepField NextStep = new();
    public static readonly IdleField Idle = new();
    public static readonly ValueField Sources = new("source", "Source", "Other sources", Words.Of);
    public static readonly ValueField Services = new("service", "Service", "Other services");
    public static readonly ValueField Cities = new("city", "City", "Other cities");
    public static readonly DayField Created = new("created", "Created", "from", "to", DayWord.Past);
    public static readonly MoneyField Value = new("value", "Value");

    public static IReadOnlyList<FilterField> Fields { get; } = [Statuses, Owner, Priorities, NextStep, Idle, Sources, Services, Cities, Created, Value];

    public LeadStatus? Status { get => Statuses.Values<LeadStatus>(Read) is [var only] ? only : null; init => this[Statuses.Key] = value is { } status ? Data.Columns.Word(status) : null; }
    public string? Source { get => this[Sources.Key]; init => this[Sources.Key] = value; }
    public string? City { get => this[Cities.Key]; init => this[Cities.Key] = value; }
    public string? Service { get => this[Services.Key]; init => this[Services.Key] = value; }

    /// <summary>Everything but these, separated by <c>|</c>: the rows behind "Other" on a chart.</summary>
    public string? SourceNot { get => this[Sources.NotKey]; init => this[Sources.NotKey] = value; }

    /// <inheritdoc cref="SourceNot"/>
    public string? CityNot { get => this[Cities.NotKey]; init => this[Cities.NotKey] = value; }

    public int? OwnerId { get => Owner.Id(Read); init => this[Owner.Key] = value?.ToString(System.Globalization.CultureInfo.InvariantCulture); }

    /// <summary>Created on these days of the company's calendar, both included.</summary>
    public DateOnly? From { get => DayAt(Created.FromKey); init => this[Created.FromKey] = Said(value); }

    public DateOnly? To { get => DayAt(Created.ToKey); init => this[Created.ToKey] = Said(value); }

    public string Href => "/leads" + Query;

    /// <param name="me">Who "me" is.</param>
    public static LeadFilter Of(ListQuery query, int? me = null) => new() { Query = Tidy(Fields, query, me) };

    /// <summary>All but the text, which the database's text index finds.</summary>
    public IQueryable<Lead> Apply(IQueryable<Lead> leads, FilterContext at)
    {
        var query = Read;
        if (Statuses.Values<LeadStatus>(query) is { } statuses)
            leads = leads.Where(l => statuses.Contains(l.Status));
        else if (Idle.Days(query) is not null || NextStep.Word(query) is not null)
            leads = leads.Where(l => l.Status != LeadStatus.Won && l.Status != LeadStatus.Lost);
        if (Owner.Id(query) is { } owner)
            leads = owner == 0 ? leads.Where(l => l.OwnerId == null) : leads.Where(l => l.OwnerId == owner);
        if (Priorities.Values<Priority>(query) is { } priorities)
            leads = leads.Where(l => priorities.Contains(l.Priority));
        if (Idle.Days(query) is { } days && at.Now.AddDays(-days) is var since)
            leads = leads.Where(l => l.LastActivityAt <= since);
        if (Sources.Values(query) is { } sources)
            leads = leads.Where(l => sources.Contains(l.Source));
        if (Sources.NotValues(query) is { } notSources)
            leads = leads.Where(l => !notSources.Contains(l.Source));
        if (Services.Values(query) is { } services)
            leads = services.Contains("") ? leads.Where(l => l.Service == null || services.Contains(l.Service)) : leads.Where(l => services.Contains(l.Service));
        if (Services.NotValues(query) is { } notServices)
            leads = leads.Where(l => l.Service != null && l.Service != "" && !notServices.Contains(l.Service));
        if (Cities.Values(query) is { } cities)
            leads = cities.Contains("") ? leads.Where(l => l.City == null || cities.Contains(l.City)) : leads.Where(l => cities.Contains(l.City));
        if (Cities.NotValues(query) is { } notCities)
            leads = leads.Where(l => l.City != null && l.City != "" && !notCities.Contains(l.City));
        var created = Created.Days(query, at.Today)?.Utc(at.Company);
        if (created?.From is { } from)
            leads = leads.Where(l => l.CreatedAt >= from);
        if (created?.Until is { } until)
            leads = leads.Where(l => l.CreatedAt < until);
        if (Value.Cents(query).Min is { } min)
            leads = leads.Where(l => l.ValueCents >= min);
        if (Value.Cents(query).Max is { } max)
            leads = leads.Where(l => l.ValueCents <= max);

        var (tasks, today) = (at.Tasks.Where(t => t.DoneAt == null), at.Today);
        return NextStep.Word(query) switch
        {
            null => leads,
            NextStepField.None => leads.Where(l => !tasks.Any(t => t.LeadId == l.Id)),
            NextStepField.Overdue => leads.Where(l => tasks.Any(t => t.LeadId == l.Id && t.DueOn < today)),
            NextStepField.Today => leads.Where(l => tasks.Where(t => t.LeadId == l.Id).Min(t => (DateOnly?)t.DueOn) == today),
            _ => leads.Where(l => tasks.Where(t => t.LeadId == l.Id).Min(t => (DateOnly?)t.DueOn) > today),
        };
    }
}
