using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>Which cards a board shows; stands in the query string, so that a link shows the same rows.</summary>
/// <param name="Owner">A user's id; <see cref="Nobody"/> for cards without an owner.</param>
/// <param name="Text">Sought everywhere in the record, as on the lists.</param>
/// <param name="Closing">One of <see cref="Closings"/>.</param>
public sealed record Filter(int? Owner = null, string? Text = null, string? Closing = null)
{
    public const int Nobody = 0;

    public static IReadOnlyList<(string Word, string Name)> Closings { get; } =
        [("overdue", "Overdue"), ("this-week", "Closes within 7 days"), ("this-month", "Closes this month"), ("next-30-days", "Closes within 30 days"), ("none", "No close date")];

    public bool IsEmpty => this == new Filter();

    /// <summary>What the cards shown depend on besides themselves: records are found by their notes, too.</summary>
    internal Topics Besides => Text is null ? Topics.None : Topics.Activities;

    /// <summary>Reads the query string; <c>owner=me</c> is whoever looks.</summary>
    public static Filter From(string? owner, string? text, string? closing, int? me) => new(
        owner switch { "me" => me, "none" => Nobody, _ => int.TryParse(owner, out var id) && id > 0 ? id : null },
        TextSearch.Clean(text),
        Closings.Any(c => c.Word == closing) ? closing : null);

    public async Task<IQueryable<Deal>> DealsAsync(CrmView view, DateOnly today, CancellationToken cancellationToken)
    {
        var deals = await view.FindAsync<Deal>(Text, cancellationToken) is { } found ? await found.InAsync(view.Deals, cancellationToken) : view.Deals;
        if (Owner is { } owner)
            deals = owner == Nobody ? deals.Where(d => d.OwnerId == null) : deals.Where(d => d.OwnerId == owner);

        var open = deals.Where(d => d.Stage != DealStage.ClosedWon && d.Stage != DealStage.ClosedLost);
        var monthEnd = new DateOnly(today.Year, today.Month, 1).AddMonths(1).AddDays(-1);
        var (inAWeek, inAMonth) = (today.AddDays(7), today.AddDays(30));
        return Closing switch
        {
            "overdue" => open.Where(d => d.ExpectedCloseDate < today),
            "this-week" => open.Where(d => d.ExpectedCloseDate >= today && d.ExpectedCloseDate <= inAWeek),
            "this-month" => open.Where(d => d.ExpectedCloseDate >= today && d.ExpectedCloseDate <= monthEnd),
            "next-30-days" => open.Where(d => d.ExpectedCloseDate >= today && d.ExpectedCloseDate <= inAMonth),
            "none" => open.Where(d => d.ExpectedCloseDate == null),
            _ => deals,
        };
    }

    public async Task<IQueryable<Lead>> LeadsAsync(CrmView view, CancellationToken cancellationToken)
    {
        var leads = await view.FindAsync<Lead>(Text, cancellationToken) is { } found ? await found.InAsync(view.Leads, cancellationToken) : view.Leads;
        if (Owner is { } owner)
            leads = owner == Nobody ? leads.Where(l => l.OwnerId == null) : leads.Where(l => l.OwnerId == owner);
        return leads;
    }
}
