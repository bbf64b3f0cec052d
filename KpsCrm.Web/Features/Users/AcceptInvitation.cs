using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

/// <summary>The invited person gives their password, and is in. Of two who use one link at once, one is.</summary>
internal sealed class AcceptInvitation(InvitationLink link, CrmStore store, SignInManager<User> signIn, KnownDevice devices, SecurityTrail trail)
{
    public const string Dead = "This invitation is too old, or it was used already. Ask the person who invited you to send it again.";

    /// <exception cref="RuleException">The link is dead, or something has to be mended; nothing was changed.</exception>
    public async Task RunAsync(HttpContext http, string? userId, string? token, string? name, string password)
    {
        var invitation = await link.OpenAsync(userId, token) ?? throw new RuleException(Dead);
        var line = PersonName.Read(name, "Enter your name.");

        var users = signIn.UserManager;
        var likeThem = new User { Id = invitation.UserId, Name = line, Email = invitation.Email, UserName = invitation.Email };
        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, likeThem, password) is { Succeeded: false } weak)
                throw new RuleException(weak.Errors.First().Description);
        }
        var hash = users.PasswordHasher.HashPassword(likeThem, password);

        var from = SecurityTrail.OriginOf(http);
        var user = await store.WriteAsync(Actor.System with { From = from }, async db =>
        {
            await db.HoldAccountsAsync(Actor.System);
            // The stamp is what the link was good for.
            var user = await db.Users.SingleOrDefaultAsync(u => u.Id == invitation.UserId && u.InvitedAt != null && u.SecurityStamp == invitation.Stamp) ?? throw new RuleException(Dead);
            (user.Name, user.PasswordHash, user.EmailConfirmed, user.InvitedAt, user.ConcurrencyStamp) = (line, hash, true, null, Guid.NewGuid().ToString());
            db.Audit(SecurityEvents.InvitationAccepted, $"users/{user.Id}", new { user.Name, user.Email, role = user.Role.ToString(), invitedBy = user.InvitedBy }, SecuritySeverity.Warning);
            return user;
        });
        await signIn.SignInAsync(user, isPersistent: true);
        devices.Remember(http, user.Id);
        await trail.LoginSucceededAsync(http, new Actor(user.Id, user.Name, user.Role), "invitation");
    }
}
