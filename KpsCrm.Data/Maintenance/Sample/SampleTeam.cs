using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance;

/// <summary>Whose work the sample data shows. Without logins (no <see cref="Actor.UserId"/>) the rows have no owner, only names in their history.</summary>
public sealed record SampleTeam(Actor Manager, Actor Anna, Actor Ben)
{
    /// <summary>The three as they are known to people, for a database without accounts.</summary>
    public static SampleTeam WithoutLogins { get; } = new(
        new Actor(null, "Maria Manager", Users.Role.Manager), new Actor(null, "Anna Alvarez", Users.Role.Sales), new Actor(null, "Ben Brooks", Users.Role.Sales));
}
