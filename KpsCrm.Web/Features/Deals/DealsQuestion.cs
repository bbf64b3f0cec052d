using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Deals;

public sealed record DealRow(int Id, int Version, string Title, string? Client, string? Company, string? Phone, string? Email, DealStage Stage, long AmountCents, int Probability, DateOnly? ExpectedCloseDate,
    DateOnly? ActualCloseDate, string? LostReason, string? LostNote, int? OwnerId, string? Owner, DateTime LastActivityAt, DateTime CreatedAt) : IListRow
{
    public string Name => Title;

    public NextStep? Next { get; init; }
}

/// <summary>One page of the deals that pass the filter.</summary>
public sealed record DealsQuestion(DealFilter Filter, ListPlace Place, CompanyOptions Company) : IQuestion<ListPage<DealRow>>
{
    // Stages in their order on the board, not in that of the alphabet.
    private static readonly ListSorts<Deal> Sorts = new ListSorts<Deal>(("created", d => d.CreatedAt), ("title", d => d.Title), ("client", d => d.Client!.Name), ("company", d => d.Client!.Company),
        ("stage", d => d.Stage == DealStage.Proposal ? 0 : d.Stage == DealStage.Negotiation ? 1 : d.Stage == DealStage.Review ? 2 : d.Stage == DealStage.ClosedWon ? 3 : 4),
        ("amount", d => d.AmountCents), ("probability", d => d.Probability), ("expected", d => d.ExpectedCloseDate), ("closed", d => d.ActualCloseDate), ("owner", d => d.Owner!.Name), ("activity", d => d.LastActivityAt)).Indexed("created", "title", "amount", "expected", "closed", "activity");

    public Topics Of => Topics.Deals | Topics.Clients | Topics.Users | Topics.Tasks | Filter.Besides;

    public async Task<ListPage<DealRow>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var page = await Sorts.PageAsync(Filter.Apply(view.Deals, FilterContext.Of(view, Company)), await view.FindAsync<Deal>(Filter.Text, cancellationToken), Place,
            d => new DealRow(d.Id, d.Version, d.Title, d.Client!.Name, d.Client.Company, d.Client.Phone, d.Client.Email, d.Stage, d.AmountCents, d.Probability, d.ExpectedCloseDate, d.ActualCloseDate, d.LostReason, d.LostNote,
                d.OwnerId, d.Owner!.Name, d.LastActivityAt, d.CreatedAt), cancellationToken, Filter.IsEmpty || Filter.OwnerId is not null ? null : view.Deals);
        var next = await NextSteps.OfDealsAsync(view, [.. page.Rows.Select(r => r.Id)], cancellationToken);
        return page with { Rows = [.. page.Rows.Select(r => r with { Next = next.GetValueOrDefault(r.Id) })] };
    }
}

/// <summary>How many deals pass the filter, and what they are worth.</summary>
public sealed record DealsTotalQuestion(DealFilter Filter, CompanyOptions Company) : IQuestion<ListTotal>
{
    public Topics Of => Topics.Deals | Topics.Clients | Filter.Besides;

    public async Task<ListTotal> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await ListSorts<Deal>.TotalAsync(Filter.Apply(view.Deals, FilterContext.Of(view, Company)), await view.FindAsync<Deal>(Filter.Text, cancellationToken), d => d.AmountCents, cancellationToken);
}
