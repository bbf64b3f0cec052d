using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Deals;

public sealed record DealRow(int Id, string Title, string? Client, DealStage Stage, long AmountCents, int Probability, DateOnly? ExpectedCloseDate, DateOnly? ActualCloseDate, string? Owner, DateTime CreatedAt);

/// <summary>One page of the deals that pass the filter.</summary>
public sealed record DealsQuestion(DealFilter Filter, ListPlace Place, CompanyOptions Company) : IQuestion<ListPage<DealRow>>
{
    private static readonly ListSorts<Deal> Sorts = new(("created", d => d.CreatedAt), ("title", d => d.Title), ("client", d => d.Client!.Name), ("stage", d => d.Stage),
        ("amount", d => d.AmountCents), ("probability", d => d.Probability), ("expected", d => d.ExpectedCloseDate), ("closed", d => d.ActualCloseDate));

    public Topics Of => Topics.Deals | Topics.Clients | Topics.Users;

    public async Task<ListPage<DealRow>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await Sorts.PageAsync(Filter.Apply(view.Deals, Company), await view.FindAsync<Deal>(Filter.Text, cancellationToken), Place,
            d => new DealRow(d.Id, d.Title, d.Client!.Name, d.Stage, d.AmountCents, d.Probability, d.ExpectedCloseDate, d.ActualCloseDate, d.Owner!.Name, d.CreatedAt), cancellationToken);
}

/// <summary>How many deals pass the filter, and what they are worth.</summary>
public sealed record DealsTotalQuestion(DealFilter Filter, CompanyOptions Company) : IQuestion<ListTotal>
{
    public Topics Of => Topics.Deals | Topics.Clients;

    public async Task<ListTotal> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await ListSorts<Deal>.TotalAsync(Filter.Apply(view.Deals, Company), await view.FindAsync<Deal>(Filter.Text, cancellationToken), d => d.AmountCents, cancellationToken);
}
