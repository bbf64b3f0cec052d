using KpsCrm.Data.Users;

namespace KpsCrm.Data.Security;

/// <summary>How far one person's rights reach now.</summary>
/// <param name="Sees">The owners whose records the person sees, besides those that nobody owns; null for everyone's.</param>
/// <param name="Changes">The owners whose records the person changes, besides those that nobody owns; null for everyone's.</param>
public sealed record Reach(int[]? Sees, int[]? Changes, bool MayExport, bool MayDelete)
{
    internal static Reach Everything { get; } = new(null, null, true, true);

    internal static Reach Nothing { get; } = new([], [], false, false);

    /// <summary>Some records are out of sight.</summary>
    public bool IsNarrow => Sees is not null;

    internal bool SeesOwner(int? owner) => Sees is null || owner is not { } id || Sees.Contains(id);

    internal bool ChangesOwner(int? owner) => Changes is null || owner is not { } id || Changes.Contains(id);
}

/// <summary>Someone who can sign in, and what the rights depend on.</summary>
public sealed record Colleague(int Id, string Name, Role Role, int? TeamId);

/// <summary>Everybody's rights at one moment.</summary>
internal sealed class RightsNow
{
    private readonly Dictionary<int, Colleague> _people;
    private readonly Dictionary<Role, RoleRights> _roles;
    private readonly Dictionary<int, Reach> _reaches;

    /// <param name="version">Of the feed, when they were read.</param>
    public RightsNow(long version, IEnumerable<Colleague> people, IEnumerable<RoleRights> roles)
    {
        Version = version;
        _people = people.ToDictionary(p => p.Id);
        _roles = roles.ToDictionary(r => r.Role);
        var teams = _people.Values.Where(p => p.TeamId is not null).GroupBy(p => p.TeamId!.Value).ToDictionary(t => t.Key, t => t.Select(p => p.Id).Order().ToArray());
        _reaches = _people.Values.ToDictionary(p => p.Id, p => ReachOf(p, teams));
        IsAnyNarrow = _reaches.Values.Any(r => r.IsNarrow);
    }

    public long Version { get; }

    public IEnumerable<Colleague> People => _people.Values;

    /// <summary>There is somebody who does not see everything.</summary>
    public bool IsAnyNarrow { get; }

    public RoleRights Of(Role role) => role == Role.Admin ? new() { Role = role } : _roles.GetValueOrDefault(role) ?? new() { Role = role };

    public Reach Of(int userId) => _reaches.GetValueOrDefault(userId, Reach.Nothing);

    /// <summary>The person as they are now: whoever is gone may nothing any more, whatever a cookie says.</summary>
    public Actor Present(Actor who) => who.Role is null || who.UserId is not { } id ? who
        : _people.TryGetValue(id, out var person) ? who with { Name = person.Name, Role = person.Role, Reach = _reaches[id] }
        : who with { Role = null, Reach = Reach.Nothing };

    private Reach ReachOf(Colleague person, Dictionary<int, int[]> teams)
    {
        var rights = Of(person.Role);
        return new(Owners(rights.Sees), Owners(rights.Changes < rights.Sees ? rights.Changes : rights.Sees), rights.MayExport, rights.MayDelete);

        // Whoever is in no team is a team of one.
        int[]? Owners(Scope scope) => scope == Scope.All ? null : scope == Scope.Team && person.TeamId is { } team ? teams[team] : [person.Id];
    }
}
