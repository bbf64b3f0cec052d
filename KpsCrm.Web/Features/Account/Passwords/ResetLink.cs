using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Mail;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account.Passwords;

/// <summary>
/// A link with which one person chooses a new password, once: its token dies with the security stamp, which every new password changes.
/// </summary>
public sealed class ResetLink(IServiceScopeFactory scopes, MailOptions mail, CrmStore store)
{
    /// <returns>Null when the person may not sign in.</returns>
    public async Task<string?> MakeAsync(int userId)
    {
        await using var scope = scopes.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        if (await signIn.UserManager.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture)) is not { } user || !await signIn.CanSignInAsync(user))
            return null;
        var token = await signIn.UserManager.GeneratePasswordResetTokenAsync(user);
        return OneTimeLink.Of(mail, "reset-password", user.Id, token);
    }

    /// <summary>For firms without mail: an admin hands the link over by another way.</summary>
    public async Task<string> MakeForAsync(Actor who, int userId)
    {
        Gate.Demand(who, Role.Admin);
        var link = await MakeAsync(userId) ?? throw new RuleException("This person may not sign in, so a link would open nothing.");
        await store.WriteAsync(who, db =>
        {
            db.Audit(SecurityEvents.PasswordResetAsked, string.Create(CultureInfo.InvariantCulture, $"users/{userId}"), new { link = "shown to an admin" }, SecuritySeverity.Warning);
            return Task.CompletedTask;
        });
        return link;
    }
}
