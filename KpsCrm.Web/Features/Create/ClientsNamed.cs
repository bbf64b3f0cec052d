using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Create;

public sealed record ClientOption(int Id, string Name, string? Company, string Email)
{
    public string Title => Company is null || Company == Name ? Name : $"{Name} · {Company}";
}

/// <summary>The first clients that a text finds; without a text the latest.</summary>
public sealed record ClientsNamed(string? Text) : IQuestion<IReadOnlyList<ClientOption>>
{
    private const int Shown = 8;

    public Topics Of => Topics.Clients;

    public async Task<IReadOnlyList<ClientOption>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var clients = Text is null ? view.Clients.OrderByDescending(c => c.JoinedAt) : view.Clients.Containing(Text, c => c.Name, c => c.Company, c => c.Email, c => c.Phone).OrderBy(c => c.Name);
        return await clients.ThenBy(c => c.Id).Take(Shown).Select(c => new ClientOption(c.Id, c.Name, c.Company, c.Email)).ToListAsync(cancellationToken);
    }
}

/// <summary>One client by number; null when it is not there.</summary>
public sealed record ClientNumbered(int Id)
{
    public Task<ClientOption?> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        view.Clients.Where(c => c.Id == Id).Select(c => new ClientOption(c.Id, c.Name, c.Company, c.Email)).SingleOrDefaultAsync(cancellationToken);
}
