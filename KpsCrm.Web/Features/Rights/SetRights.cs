using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Rights;

/// <summary>Says what the people of a role see and do from now on. The trail is told by the save itself, open pages see it at once.</summary>
public sealed record SetRights(Role Role, Scope Sees, Scope Changes, bool MayExport, bool MayDelete)
{
    /// <summary>What the person saw when they decided; null where that doesn't matter.</summary>
    public RightsOfRole? Was { get; init; }

    public static SetRights To(RightsOfRole rights, RightsOfRole? was = null) => new(rights.Role, rights.Sees, rights.Changes, rights.MayExport, rights.MayDelete) { Was = was };

    /// <exception cref="RuleException">It is no set of rights, or somebody else set others meanwhile.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Admin);
        if (Role == Role.Admin)
            throw new RuleException("Admins see and do all; that can't be changed.");
        if (!Enum.IsDefined(Role) || !Enum.IsDefined(Sees) || !Enum.IsDefined(Changes))
            throw new RuleException("Choose from the list.");
        if (Changes > Sees)
            throw new RuleException("Nobody can change more than they see.");
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            var rights = await db.RoleRights.SingleOrDefaultAsync(r => r.Role == Role);
            if (Was is not null && Was != RightsOfRole.Of(rights ?? new() { Role = Role }))
                throw new RuleException("Someone else changed these rights meanwhile. Look again, then decide.");
            if (rights is null)
                db.RoleRights.Add(rights = new() { Role = Role });
            (rights.Sees, rights.Changes, rights.MayExport, rights.MayDelete) = (Sees, Changes, MayExport, MayDelete);
        });
    }
}
