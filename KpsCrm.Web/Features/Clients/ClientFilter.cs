using KpsCrm.Data.Clients;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Clients;

/// <summary>Which clients a list shows.</summary>
public sealed record ClientFilter : ListFilter
{
    public static readonly ChoiceField Statuses = ChoiceField.Of<ClientStatus>("status", "Status", s => Words.Of(s));
    public static readonly OwnerField Owner = new();
    public static readonly NextStepField NextStep = new();
    public static readonly IdleField Idle = new();
    public static readonly DayField Joined = new("joined", "Joined", "from", "to", DayWord.Past);
    public static readonly MoneyField Value = new("value", "Lifetime value");

    public static IReadOnlyList<FilterField> Fields { get; } = [Statuses, Owner, NextStep, Idle, Joined, Value];

    public ClientStatus? Status { get => Statuses.Values<ClientStatus>(Read) is [var only] ? only : null; init => this[Statuses.Key] = value is { } status ? Data.Columns.Word(status) : null; }
    public int? OwnerId { get => Owner.Id(Read); init => this[Owner.Key] = value?.ToString(System.Globalization.CultureInfo.InvariantCulture); }

    /// <summary>Joined on these days of the company's calendar, both included.</summary>
    public DateOnly? From { get => DayAt(Joined.FromKey); init => this[Joined.FromKey] = Said(value); }

    public DateOnly? To { get => DayAt(Joined.ToKey); init => this[Joined.ToKey] = Said(value); }

    public string Href => "/clients" + Query;

    /// <param name="me">Who "me" is.</param>
    public static ClientFilter Of(ListQuery query, int? me = null) => new() { Query = Tidy(Fields, query, me) };

    /// <summary>All but the text, which the database's text index finds.</summary>
    public IQueryable<Client> Apply(IQueryable<Client> clients, FilterContext at)
    {
        var query = Read;
        if (Statuses.Values<ClientStatus>(query) is { } statuses)
            clients = clients.Where(c => statuses.Contains(c.Status));
        if (Owner.Id(query) is { } owner)
            clients = owner == 0 ? clients.Where(c => c.OwnerId == null) : clients.Where(c => c.OwnerId == owner);
        if (Idle.Days(query) is { } days && at.Now.AddDays(-days) is var since)
            clients = clients.Where(c => c.LastActivityAt <= since);
        var joined = Joined.Days(query, at.Today)?.Utc(at.Company);
        if (joined?.From is { } from)
            clients = clients.Where(c => c.JoinedAt >= from);
        if (joined?.Until is { } until)
            clients = clients.Where(c => c.JoinedAt < until);
        if (Value.Cents(query).Min is { } min)
            clients = clients.Where(c => c.TotalValueCents >= min);
        if (Value.Cents(query).Max is { } max)
            clients = clients.Where(c => c.TotalValueCents <= max);

        var (tasks, today) = (at.Tasks.Where(t => t.DoneAt == null), at.Today);
        return NextStep.Word(query) switch
        {
            null => clients,
            NextStepField.None => clients.Where(c => !tasks.Any(t => t.ClientId == c.Id)),
            NextStepField.Overdue => clients.Where(c => tasks.Any(t => t.ClientId == c.Id && t.DueOn < today)),
            NextStepField.Today => clients.Where(c => tasks.Where(t => t.ClientId == c.Id).Min(t => (DateOnly?)t.DueOn) == today),
            _ => clients.Where(c => tasks.Where(t => t.ClientId == c.Id).Min(t => (DateOnly?)t.DueOn) > today),
        };
    }
}
