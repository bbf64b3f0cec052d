using System.Linq.Expressions;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

public sealed record ClientOption(int Id, string Name, string? Company, string Email)
{
    public string Title => Company is null || Company == Name ? Name : $"{Name} · {Company}";
}

/// <summary>The clients that a text finds, the best first; without a text the latest.</summary>
public sealed record ClientsNamed(string? Text) : IQuestion<IReadOnlyList<ClientOption>>
{
    private const int Shown = 8;

    public Topics Of => Topics.Clients | Topics.Activities;

    private static readonly Expression<Func<Client, ClientOption>> Option = c => new ClientOption(c.Id, c.Name, c.Company, c.Email);

    public async Task<IReadOnlyList<ClientOption>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.FindAsync<Client>(Text, cancellationToken) is { } found
            ? await found.BestAsync(view.Clients, 0, Shown, Option, cancellationToken)
            : await view.Clients.OrderByDescending(c => c.JoinedAt).ThenBy(c => c.Id).Take(Shown).Select(Option).ToListAsync(cancellationToken);
}

/// <summary>One client by number; null when it is not there.</summary>
public sealed record ClientNumbered(int Id)
{
    public Task<ClientOption?> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        view.Clients.Where(c => c.Id == Id).Select(c => new ClientOption(c.Id, c.Name, c.Company, c.Email)).SingleOrDefaultAsync(cancellationToken);
}
