using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Users;

/// <summary>People who work together: where a role's scope is the team, each sees or changes what any of them owns.</summary>
public sealed class Team : IVersioned
{
    public const int NameMaxLength = 80;

    public int Id { get; init; }
    public required string Name { get; set; }

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; set; }
    public int Version { get; set; }
}

internal sealed class TeamConfiguration : IEntityTypeConfiguration<Team>
{
    public void Configure(EntityTypeBuilder<Team> team)
    {
        team.ToTable("teams", t => t.HasCheckConstraint("ck_teams_name", "length(name) > 0"));
        team.Property(t => t.Name).HasMaxLength(Team.NameMaxLength);
        team.HasVersion();
        team.HasCreatedAt(t => t.CreatedAt);
        team.HasIndex(t => t.Name).IsUnique();
    }
}
