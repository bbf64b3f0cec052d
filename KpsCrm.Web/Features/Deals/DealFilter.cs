using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Deals;

/// <summary>Which deals a list shows, as it stands in the query string.</summary>
public sealed record DealFilter
{
    /// <summary>For <see cref="Stage"/>: proposal, negotiation and review together.</summary>
    public const string Open = "open";

    /// <summary>For <see cref="Stage"/>: won and lost together.</summary>
    public const string Closed = "closed";

    /// <summary>A stage's word, <see cref="Open"/> or <see cref="Closed"/>.</summary>
    public string? Stage { get; init; }

    public int? OwnerId { get; init; }

    /// <summary>Created on these days of the company's calendar, both included.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    /// <summary>Won or lost on these days.</summary>
    public DateOnly? ClosedFrom { get; init; }

    public DateOnly? ClosedTo { get; init; }
    public string? Text { get; init; }

    public static DealFilter Of(ListQuery query) => new()
    {
        Stage = query.Text("stage") is { } stage && (stage is Open or Closed || Columns.TryParse<DealStage>(stage, out _)) ? stage : null,
        OwnerId = query.Number("owner"),
        From = query.Day("from"),
        To = query.Day("to"),
        ClosedFrom = query.Day("closed_from"),
        ClosedTo = query.Day("closed_to"),
        Text = query.Text("q"),
    };

    public string Href => ListQuery.Uri("/deals", ("stage", Stage), ("owner", OwnerId), ("from", From), ("to", To), ("closed_from", ClosedFrom), ("closed_to", ClosedTo), ("q", Text));

    /// <summary>All but <see cref="Text"/>, which the database's text index finds.</summary>
    public IQueryable<Deal> Apply(IQueryable<Deal> deals, CompanyOptions company)
    {
        deals = Stage switch
        {
            Open => deals.Where(d => d.Stage == DealStage.Proposal || d.Stage == DealStage.Negotiation || d.Stage == DealStage.Review),
            Closed => deals.Where(d => d.Stage == DealStage.ClosedWon || d.Stage == DealStage.ClosedLost),
            _ when Columns.TryParse<DealStage>(Stage, out var stage) => deals.Where(d => d.Stage == stage),
            _ => deals,
        };
        if (OwnerId is { } owner)
            deals = deals.Where(d => d.OwnerId == owner);
        if (From is { } first && company.StartOf(first) is var from)
            deals = deals.Where(d => d.CreatedAt >= from);
        if (To is { } last && company.StartOf(last.AddDays(1)) is var until)
            deals = deals.Where(d => d.CreatedAt < until);
        if (ClosedFrom is { } closedFrom)
            deals = deals.Where(d => d.ActualCloseDate >= closedFrom);
        if (ClosedTo is { } closedTo)
            deals = deals.Where(d => d.ActualCloseDate <= closedTo);
        return deals;
    }
}
