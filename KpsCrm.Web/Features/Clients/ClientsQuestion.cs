using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Clients;

public sealed record ClientRow(int Id, int Version, string Name, string? Company, string Email, string? Phone, ClientStatus Status, long TotalValueCents, int? OwnerId, string? Owner, DateTime LastActivityAt, DateTime JoinedAt) : IListRow
{
    public NextStep? Next { get; init; }
}

/// <summary>One page of the clients that pass the filter.</summary>
public sealed record ClientsQuestion(ClientFilter Filter, ListPlace Place, CompanyOptions Company) : IQuestion<ListPage<ClientRow>>
{
    private static readonly ListSorts<Client> Sorts = new ListSorts<Client>(("joined", c => c.JoinedAt), ("name", c => c.Name), ("company", c => c.Company), ("status", c => c.Status), ("value", c => c.TotalValueCents),
        ("owner", c => c.Owner!.Name), ("email", c => c.Email), ("activity", c => c.LastActivityAt)).Indexed("joined", "name", "company", "value");

    public Topics Of => Topics.Clients | Topics.Users | Topics.Tasks | Filter.Besides;

    public async Task<ListPage<ClientRow>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var page = await Sorts.PageAsync(Filter.Apply(view.Clients, FilterContext.Of(view, Company)), await view.FindAsync<Client>(Filter.Text, cancellationToken), Place,
            c => new ClientRow(c.Id, c.Version, c.Name, c.Company, c.Email, c.Phone, c.Status, c.TotalValueCents, c.OwnerId, c.Owner!.Name, c.LastActivityAt, c.JoinedAt), cancellationToken, Filter.IsEmpty || Filter.OwnerId is not null ? null : view.Clients);
        var next = await NextSteps.OfClientsAsync(view, [.. page.Rows.Select(r => r.Id)], cancellationToken);
        return page with { Rows = [.. page.Rows.Select(r => r with { Next = next.GetValueOrDefault(r.Id) })] };
    }
}

/// <summary>How many clients pass the filter, and what they are worth.</summary>
public sealed record ClientsTotalQuestion(ClientFilter Filter, CompanyOptions Company) : IQuestion<ListTotal>
{
    public Topics Of => Topics.Clients | Filter.Besides;

    public async Task<ListTotal> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await ListSorts<Client>.TotalAsync(Filter.Apply(view.Clients, FilterContext.Of(view, Company)), await view.FindAsync<Client>(Filter.Text, cancellationToken), c => c.TotalValueCents, cancellationToken);
}
