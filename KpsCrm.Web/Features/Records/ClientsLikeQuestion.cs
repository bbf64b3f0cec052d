using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;

namespace KpsCrm.Web.Features.Records;

public sealed record ClientName(int Id, string Name, string? Company);

/// <summary>A few clients that the text finds, the best first.</summary>
public sealed record ClientsLikeQuestion(string Text) : IQuestion<IReadOnlyList<ClientName>>
{
    private const int Most = 8;

    public Topics Of => Topics.Clients;

    public async Task<IReadOnlyList<ClientName>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.FindAsync<Client>(Text, cancellationToken) is { } found
            ? await found.BestAsync(view.Clients, 0, Most, c => new ClientName(c.Id, c.Name, c.Company), cancellationToken)
            : [];
}
