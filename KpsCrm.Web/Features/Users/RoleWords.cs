using KpsCrm.Data.Users;

namespace KpsCrm.Web.Features.Users;

public static class RoleWords
{
    /// <summary>What a role is for, in one sentence.</summary>
    public static string Of(Role role) => role switch
    {
        Role.Admin => "Everything, and users, settings and the audit trail.",
        Role.Manager => "Sells, sees the quarantine and looks after the numbers.",
        _ => "Works with leads, clients, deals and tasks.",
    };
}
