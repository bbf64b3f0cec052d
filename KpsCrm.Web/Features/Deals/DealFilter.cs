using KpsCrm.Data.Deals;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Deals;

/// <summary>Which deals a list shows.</summary>
public sealed record DealFilter : ListFilter
{
    /// <summary>For <see cref="Stage"/>: proposal, negotiation and review together.</summary>
    public const string Open = "open";

    /// <summary>For <see cref="Stage"/>: won and lost together.</summary>
    public const string Closed = "closed";

    public static readonly ChoiceField Stages = ChoiceField.Of("stage", "Stage", Words.Of,
        (Open, "Open", [DealStage.Proposal, DealStage.Negotiation, DealStage.Review]), (Closed, "Closed", [DealStage.ClosedWon, DealStage.ClosedLost]));

    public static readonly OwnerField Owner = new();
    public static readonly NextStepField NextStep = new();
    public static readonly IdleField Idle = new();
    public static readonly DayField Expected = new("expected", "Expected close", "expected_from", "expected_to", DayWord.Coming);
    public static readonly DayField ClosedOn = new("closed", "Closed", "closed_from", "closed_to", DayWord.Past);
    public static readonly DayField Created = new("created", "Created", "from", "to", DayWord.Past);
    public static readonly MoneyField Amount = new("amount", "Amount");

    public static IReadOnlyList<FilterField> Fields { get; } = [Stages, Owner, NextStep, Idle, Expected, ClosedOn, Created, Amount];

    /// <summary>A stage's word, <see cref="Open"/> or <see cref="Closed"/>.</summary>
    public string? Stage { get => this[Stages.Key]; init => this[Stages.Key] = value; }

    public int? OwnerId { get => Owner.Id(Read); init => this[Owner.Key] = value?.ToString(System.Globalization.CultureInfo.InvariantCulture); }

    /// <summary>Created on these days of the company's calendar, both included.</summary>
    public DateOnly? From { get => DayAt(Created.FromKey); init => this[Created.FromKey] = Said(value); }

    public DateOnly? To { get => DayAt(Created.ToKey); init => this[Created.ToKey] = Said(value); }

    /// <summary>Won or lost on these days.</summary>
    public DateOnly? ClosedFrom { get => DayAt(ClosedOn.FromKey); init => this[ClosedOn.FromKey] = Said(value); }

    public DateOnly? ClosedTo { get => DayAt(ClosedOn.ToKey); init => this[ClosedOn.ToKey] = Said(value); }

    public string Href => "/deals" + Query;

    /// <param name="me">Who "me" is.</param>
    public static DealFilter Of(ListQuery query, int? me = null) => new() { Query = Tidy(Fields, query, me) };

    /// <summary>All but the text, which the database's text index finds.</summary>
    public IQueryable<Deal> Apply(IQueryable<Deal> deals, FilterContext at)
    {
        var query = Read;
        if (Stages.Values<DealStage>(query) is { } stages)
            deals = deals.Where(d => stages.Contains(d.Stage));
        else if (Idle.Days(query) is not null || NextStep.Word(query) is not null || Expected.Word(query) == DayWord.Overdue)
            deals = deals.Where(d => d.Stage != DealStage.ClosedWon && d.Stage != DealStage.ClosedLost);
        if (Owner.Id(query) is { } owner)
            deals = owner == 0 ? deals.Where(d => d.OwnerId == null) : deals.Where(d => d.OwnerId == owner);
        if (Idle.Days(query) is { } days && at.Now.AddDays(-days) is var since)
            deals = deals.Where(d => d.LastActivityAt <= since);
        var created = Created.Days(query, at.Today)?.Utc(at.Company);
        if (created?.From is { } from)
            deals = deals.Where(d => d.CreatedAt >= from);
        if (created?.Until is { } until)
            deals = deals.Where(d => d.CreatedAt < until);
        var closed = ClosedOn.Days(query, at.Today);
        if (closed?.From is { } closedFrom)
            deals = deals.Where(d => d.ActualCloseDate >= closedFrom);
        if (closed?.To is { } closedTo)
            deals = deals.Where(d => d.ActualCloseDate <= closedTo);
        var expected = Expected.Days(query, at.Today);
        if (expected?.From is { } expectedFrom)
            deals = deals.Where(d => d.ExpectedCloseDate >= expectedFrom);
        if (expected?.To is { } expectedTo)
            deals = deals.Where(d => d.ExpectedCloseDate <= expectedTo);
        if (expected?.IsNone == true)
            deals = deals.Where(d => d.ExpectedCloseDate == null);
        if (Amount.Cents(query).Min is { } min)
            deals = deals.Where(d => d.AmountCents >= min);
        if (Amount.Cents(query).Max is { } max)
            deals = deals.Where(d => d.AmountCents <= max);

        var (tasks, today) = (at.Tasks.Where(t => t.DoneAt == null), at.Today);
        return NextStep.Word(query) switch
        {
            null => deals,
            NextStepField.None => deals.Where(d => !tasks.Any(t => t.DealId == d.Id)),
            NextStepField.Overdue => deals.Where(d => tasks.Any(t => t.DealId == d.Id && t.DueOn < today)),
            NextStepField.Today => deals.Where(d => tasks.Where(t => t.DealId == d.Id).Min(t => (DateOnly?)t.DueOn) == today),
            _ => deals.Where(d => tasks.Where(t => t.DealId == d.Id).Min(t => (DateOnly?)t.DueOn) > today),
        };
    }
}
