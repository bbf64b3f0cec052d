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

    public Task<ListPage<ClientRow>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        Sorts.PageAsync(Filter.Apply(view.Clients, Company), Place, c => c.Id, c => c.TotalValueCents,
            c => new ClientRow(c.Id, c.Name, c.Company, c.Email, c.Phone, c.Status, c.TotalValueCents, c.Owner!.Name, c.JoinedAt), cancellationToken);
}
