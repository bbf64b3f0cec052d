using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>What one person sees and does at this moment.</summary>
/// <param name="Rights">Of their role.</param>
/// <param name="Team">Null for who is in none.</param>
/// <param name="Teammates">Names of the team's people, the person's own included.</param>
public sealed record SightOf(RoleRights Rights, string? Team, IReadOnlyList<string> Teammates, int Leads, int Clients, int Deals)
{
    /// <summary>For admins; null for others, and of who can't sign in.</summary>
    public static async Task<SightOf?> AskAsync(CrmView view, int userId, CancellationToken cancellationToken)
    {
        if (!view.Who.Is(Role.Admin))
            return null;
        var now = await view.Db.Rights!.NowAsync(cancellationToken);
        if (now.People.FirstOrDefault(p => p.Id == userId) is not { } person)
            return null;
        var theirs = new CrmView(view.Db, now.Present(new(person.Id, person.Name, person.Role)));
        var team = person.TeamId is { } id ? await view.Teams.Where(t => t.Id == id).Select(t => t.Name).SingleOrDefaultAsync(cancellationToken) : null;
        return new(now.Of(person.Role), team, [.. now.People.Where(p => team is not null && p.TeamId == person.TeamId).Select(p => p.Name).Order(StringComparer.CurrentCulture)],
            await theirs.Leads.CountAsync(cancellationToken), await theirs.Clients.CountAsync(cancellationToken), await theirs.Deals.CountAsync(cancellationToken));
    }
}
