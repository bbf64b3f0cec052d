using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Clients;

public sealed record ClientRow(int Id, string Name, string? Company, string Email, string? Phone, ClientStatus Status, long TotalValueCents, string? Owner, DateTime JoinedAt);

/// <summary>One page of the clients that pass the filter.</summary>
public sealed record ClientsQuestion(ClientFilter Filter, ListPlace Place, CompanyOptions Company) : IQuestion<ListPage<ClientRow>>
{
    private static readonly ListSorts<Client> Sorts = new(("joined", c => c.JoinedAt), ("name", c => c.Name), ("company", c => c.Company), ("status", c => c.Status), ("value", c => c.TotalValueCents));

    public Topics Of => Topics.Clients | Topics.Users;

    public async Task<ListPage<ClientRow>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await Sorts.PageAsync(Filter.Apply(view.Clients, Company), await view.FindAsync<Client>(Filter.Text, cancellationToken), Place,
            c => new ClientRow(c.Id, c.Name, c.Company, c.Email, c.Phone, c.Status, c.TotalValueCents, c.Owner!.Name, c.JoinedAt), cancellationToken);
}

/// <summary>How many clients pass the filter, and what they are worth.</summary>
public sealed record ClientsTotalQuestion(ClientFilter Filter, CompanyOptions Company) : IQuestion<ListTotal>
{
    public Topics Of => Topics.Clients;

    public async Task<ListTotal> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await ListSorts<Client>.TotalAsync(Filter.Apply(view.Clients, Company), await view.FindAsync<Client>(Filter.Text, cancellationToken), c => c.TotalValueCents, cancellationToken);
}
