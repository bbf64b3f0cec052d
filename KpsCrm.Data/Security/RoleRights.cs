using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Security;

/// <summary>Whose records: one's own, those of one's team, or everyone's. What nobody owns is in all of them.</summary>
public enum Scope
{
    Own,
    Team,
    All,
}

/// <summary>What the people of one role may see and do. A role without a row has the rights a new database begins with; admins always have all.</summary>
public sealed class RoleRights
{
    public Role Role { get; init; }

    /// <summary>Whose leads, clients and deals are seen, with all that belongs to them.</summary>
    public Scope Sees { get; set; } = Scope.All;

    /// <summary>Whose are changed; never more than are seen.</summary>
    public Scope Changes { get; set; } = Scope.All;

    public bool MayExport { get; set; } = true;

    /// <summary>Leads, clients, deals and files.</summary>
    public bool MayDelete { get; set; } = true;
}

internal sealed class RoleRightsConfiguration : IEntityTypeConfiguration<RoleRights>
{
    public void Configure(EntityTypeBuilder<RoleRights> rights)
    {
        rights.ToTable("role_rights", t =>
        {
            t.HasCheckConstraint("ck_role_rights_role", Columns.OneOf<Role>("role"));
            t.HasCheckConstraint("ck_role_rights_sees", Columns.OneOf<Scope>("sees"));
            t.HasCheckConstraint("ck_role_rights_changes", Columns.OneOf<Scope>("changes"));
        });
        rights.HasKey(r => r.Role);
    }
}
