using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

/// <summary>What must hold whoever changes an account.</summary>
internal static class AccountRules
{
    private const string Turn = "accounts";

    /// <summary>Changes of accounts take turns, and each asks anew who is asking: of two admins who demote each other at once, the second is none any more.</summary>
    public static async Task HoldAccountsAsync(this CrmDbContext db, Actor who)
    {
        await db.HoldAsync(Turn);
        if (who.UserId is { } me && !await db.Users.Active().AnyAsync(u => u.Id == me && u.Role == Role.Admin))
            Gate.Demand(who with { Role = null }, Role.Admin);
    }

    /// <summary>Before an admin's rights go: someone else must be left who can do their work. Within <see cref="HoldAccountsAsync"/>.</summary>
    /// <param name="demoCounts">Whether demo accounts can sign in here.</param>
    /// <exception cref="RuleException">They are the last.</exception>
    public static async Task DemandAnotherAdminAsync(this CrmDbContext db, User user, bool demoCounts)
    {
        if (user is { Role: Role.Admin, IsActive: true } && !await db.Users.Active().AnyAsync(u => u.Id != user.Id && u.Role == Role.Admin && (demoCounts || !u.IsSample)))
            throw new RuleException($"{user.Name} is the last admin. Make someone else an admin first.");
    }

    public static async Task<User> AccountAsync(this CrmDbContext db, int userId) =>
        await db.Users.SingleOrDefaultAsync(u => u.Id == userId) ?? throw new RuleException("This person is no longer here.");
}
