using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace KpsCrm.Data.Security;

/// <summary>Whether a save shifts who sees what, so that open screens ask again also where none of their own rows changed.</summary>
internal static class AccessShift
{
    public static Change? Of(CrmDbContext db)
    {
        var shift = default(Change?);
        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (IsOfRights(entry))
                return Change.Everything();
            if (IsOfRecords(entry))
                shift = Change.Everything(Topics.Access);
        }
        return shift is not null && db.Rights?.MayBeNarrow == false ? null : shift;
    }

    private static bool IsOfRights(EntityEntry entry) => entry.Entity switch
    {
        RoleRights => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted,
        Team => entry.State == EntityState.Deleted,
        User => entry.State == EntityState.Deleted || (entry.State == EntityState.Modified && (entry.Property(nameof(User.Role)).IsModified || entry.Property(nameof(User.TeamId)).IsModified)),
        _ => false,
    };

    private static bool IsOfRecords(EntityEntry entry) => entry switch
    {
        { Entity: Deal, State: EntityState.Added or EntityState.Deleted } => true,
        { Entity: Deal, State: EntityState.Modified } when entry.Property(nameof(Deal.ClientId)).IsModified || entry.Property(nameof(Deal.LeadId)).IsModified => true,
        { Entity: IEditable, State: EntityState.Modified } => entry.Property(nameof(IOwned.OwnerId)).IsModified || entry.Property(nameof(IRecyclable.DeletedAt)).IsModified,
        _ => false,
    };
}
