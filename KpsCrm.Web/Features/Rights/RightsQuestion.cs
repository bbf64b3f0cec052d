using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Rights;

/// <summary>What the people of one role see and do.</summary>
public sealed record RightsOfRole(Role Role, Scope Sees, Scope Changes, bool MayExport, bool MayDelete)
{
    public static RightsOfRole Of(RoleRights rights) => new(rights.Role, rights.Sees, rights.Changes, rights.MayExport, rights.MayDelete);

    /// <summary>What is seen no more can't be changed either.</summary>
    public RightsOfRole Seeing(Scope sees) => this with { Sees = sees, Changes = Changes < sees ? Changes : sees };
}

/// <summary>The roles whose rights can be set, for admins; none for others.</summary>
public sealed record RightsQuestion : IQuestion<IReadOnlyList<RightsOfRole>>
{
    public Topics Of => Topics.Users;

    public async Task<IReadOnlyList<RightsOfRole>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        if (!view.Who.Is(Role.Admin))
            return [];
        var set = await view.RoleRights.ToListAsync(cancellationToken);
        return [.. new[] { Role.Sales, Role.Manager }.Select(role => RightsOfRole.Of(set.Find(r => r.Role == role) ?? new() { Role = role }))];
    }
}
