using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Features.Pipeline;

namespace KpsCrm.Web.Features.Users;

/// <summary>Other people's accounts, for admins. Whatever takes a right away ends the person's sessions, open pages included, within seconds.</summary>
public sealed class Accounts(CrmStore store, LiveSessions sessions, IHostEnvironment environment)
{
    private bool DemoCounts => environment.IsDevelopment();

    /// <exception cref="RuleException">There is no name, or it is too long.</exception>
    public Task RenameAsync(Actor who, int userId, string? name)
    {
        Gate.Demand(who, Role.Admin);
        var line = PersonName.Read(name, Invite.NameMissing);
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            db.Rename(await db.AccountAsync(userId), line);
        });
    }

    /// <summary>The person signs in anew, with the new rights. The trail is told by the save itself.</summary>
    /// <exception cref="RuleException">They are the last admin.</exception>
    public async Task ChangeRoleAsync(Actor who, int userId, Role role)
    {
        Gate.Demand(who, Role.Admin);
        if (!Enum.IsDefined(role))
            throw new RuleException("Choose a role from the list.");
        await store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            var user = await db.AccountAsync(userId);
            if (role < Role.Admin)
                await db.DemandAnotherAdminAsync(user, DemoCounts);
            user.Role = role;
        });
        await sessions.RefreshAsync();
    }

    /// <summary>Nobody signs in with the account any more, and whoever is signed in with it is out within seconds. What it owned can go to someone else in the same step.</summary>
    /// <param name="handOverTo">Who gets it all; null leaves it where it is.</param>
    /// <exception cref="RuleException">They are the last admin, or were only invited.</exception>
    public async Task<Belongings> DeactivateAsync(Actor who, int userId, int? handOverTo = null)
    {
        Gate.Demand(who, Role.Admin);
        var handed = await Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            var user = await db.AccountAsync(userId);
            if (user.InvitedAt is not null)
                throw new RuleException($"{user.Name} has not accepted yet. Withdraw the invitation instead.");
            if (user.DeactivatedAt is not null)
                throw new RuleException($"{user.Name} is deactivated already.");
            await db.DemandAnotherAdminAsync(user, DemoCounts);
            user.DeactivatedAt = db.Now;
            db.Audit(SecurityEvents.UserDeactivated, $"users/{userId}", new { user.Name, user.Email }, SecuritySeverity.Warning);
            return handOverTo is { } heir ? (await new HandOver(userId, heir).ApplyAsync(db, who)).All : Belongings.None;
        }));
        await sessions.RefreshAsync();
        return handed;
    }

    /// <summary>With the password and the second factor they had.</summary>
    public Task ReactivateAsync(Actor who, int userId)
    {
        Gate.Demand(who, Role.Admin);
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            var user = await db.AccountAsync(userId);
            if (user.DeactivatedAt is null)
                throw new RuleException($"{user.Name} is active already.");
            user.DeactivatedAt = null;
            db.Audit(SecurityEvents.UserActivated, $"users/{userId}", new { user.Name, user.Email }, SecuritySeverity.Warning);
        });
    }
}
