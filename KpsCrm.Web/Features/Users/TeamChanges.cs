using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

/// <param name="People">Those who can sign in, or are invited.</param>
public sealed record TeamRow(int Id, string Name, int People);

/// <summary>All teams, for admins; none for others.</summary>
public sealed record TeamsQuestion : IQuestion<IReadOnlyList<TeamRow>>
{
    public Topics Of => Topics.Users;

    public async Task<IReadOnlyList<TeamRow>> AskAsync(CrmView view, CancellationToken cancellationToken) => !view.Who.Is(Role.Admin) ? []
        : await view.Teams.OrderBy(t => t.Name).Select(t => new TeamRow(t.Id, t.Name, view.Accounts.Count(u => u.TeamId == t.Id && u.DeactivatedAt == null))).ToListAsync(cancellationToken);
}

public sealed record CreateTeam(string? Name)
{
    /// <exception cref="RuleException">There is no name, or another team has it.</exception>
    public Task<TeamRow> RunAsync(CrmStore store, Actor who) => TeamRules.WriteAsync(store, who, async db =>
    {
        var team = new Team { Name = await db.TeamNameAsync(Name), CreatedAt = db.Now };
        db.Teams.Add(team);
        await db.SaveChangesAsync();
        db.Audit(SecurityEvents.RightsChanged, $"teams/{team.Id}", new { created = team.Name });
        return new TeamRow(team.Id, team.Name, 0);
    });
}

public sealed record RenameTeam(int Id, string? Name)
{
    /// <exception cref="RuleException">There is no name, or another team has it.</exception>
    public Task<string> RunAsync(CrmStore store, Actor who) => TeamRules.WriteAsync(store, who, async db =>
    {
        var (team, name) = (await db.TeamAsync(Id), await db.TeamNameAsync(Name, Id));
        if (name != team.Name)
            db.Audit(SecurityEvents.RightsChanged, $"teams/{Id}", new { before = team.Name, after = name });
        return team.Name = name;
    });
}

/// <summary>Its people are a team of one each from then on.</summary>
public sealed record DeleteTeam(int Id)
{
    /// <returns>Its name.</returns>
    public Task<string> RunAsync(CrmStore store, Actor who) => TeamRules.WriteAsync(store, who, async db =>
    {
        var team = await db.TeamAsync(Id);
        // Not left to the database: the trail tells of each of them.
        var people = await db.Users.Where(u => u.TeamId == Id).ToListAsync();
        foreach (var person in people)
            person.TeamId = null;
        db.Teams.Remove(team);
        db.Audit(SecurityEvents.RightsChanged, $"teams/{Id}", new { deleted = team.Name, people = string.Join(", ", people.Select(p => p.Name)) }, SecuritySeverity.Warning);
        return team.Name;
    });
}

/// <summary>Puts a person into a team, or into none.</summary>
public sealed record SetTeam(int UserId, int? TeamId)
{
    /// <returns>The team's name; null for none.</returns>
    public Task<string?> RunAsync(CrmStore store, Actor who) => TeamRules.WriteAsync(store, who, async db =>
    {
        var user = await db.AccountAsync(UserId);
        var team = TeamId is { } id ? await db.TeamAsync(id) : null;
        user.TeamId = team?.Id;
        return team?.Name;
    });
}

internal static class TeamRules
{
    public static Task<T> WriteAsync<T>(CrmStore store, Actor who, Func<CrmDbContext, Task<T>> write)
    {
        Gate.Demand(who, Role.Admin);
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            return await write(db);
        });
    }

    public static async Task<Team> TeamAsync(this CrmDbContext db, int id) =>
        await db.Teams.SingleOrDefaultAsync(t => t.Id == id) ?? throw new RuleException("This team is no longer there.");

    /// <summary>The name as it is kept. Within <see cref="AccountRules.HoldAccountsAsync"/>.</summary>
    /// <param name="of">The team that gets it, where it is there already.</param>
    public static async Task<string> TeamNameAsync(this CrmDbContext db, string? typed, int of = 0)
    {
        if (Normalising.Line(typed) is not { } line)
            throw new RuleException("Enter the team's name.");
        // A page shows several spaces as one: two teams would read the same.
        var name = string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (FieldRules.TooLong("name", name, Team.NameMaxLength) is { } tooLong)
            throw new RuleException(tooLong);
        // Here and not in the database: SQLite knows no other letters than A to Z.
        if ((await db.Teams.Where(t => t.Id != of).Select(t => t.Name).ToListAsync()).Find(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } taken)
            throw new RuleException($"There is a team {taken} already.");
        return name;
    }
}
