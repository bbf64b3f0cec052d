using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

public sealed record ClientName(int Id, string Name, string? Company);

/// <summary>A few clients who have the text in their name, company or e-mail address.</summary>
public sealed record ClientsLikeQuestion(string Text) : IQuestion<IReadOnlyList<ClientName>>
{
    private const int Most = 8;

    public Topics Of => Topics.Clients;

    public async Task<IReadOnlyList<ClientName>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.Clients.Containing(Text, c => c.Name, c => c.Company, c => c.Email)
            .OrderBy(c => c.Name).ThenBy(c => c.Id).Take(Most).Select(c => new ClientName(c.Id, c.Name, c.Company)).ToListAsync(cancellationToken);
}
