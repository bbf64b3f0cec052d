using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account;

/// <summary>Makes the first admin: once, and exactly one, also when two people try at the same moment.</summary>
public sealed class CreateFirstAdmin(CrmStore store, FirstRun firstRun, UserManager<User> users, TimeProvider clock)
{
    /// <summary>Unique among activities: the second of two attempts finds it taken.</summary>
    private const string Once = "setup";

    /// <exception cref="RuleException">Nothing was created; the message says why.</exception>
    public async Task<User> RunAsync(HttpContext http, string? code, string name, string email, string password)
    {
        if (!firstRun.IsCode(code))
            throw new RuleException("The code is not right. It stands in the program's log and changes with each start.");

        var admin = new User
        {
            Name = name.Trim(),
            UserName = email.Trim(),
            Email = email.Trim(),
            NormalizedUserName = users.NormalizeName(email.Trim()),
            NormalizedEmail = users.NormalizeEmail(email.Trim()),
            EmailConfirmed = true,
            LockoutEnabled = true,
            Role = Role.Admin,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, admin, password) is { Succeeded: false } weak)
                throw new RuleException(weak.Errors.First().Description);
        }
        admin.PasswordHash = users.PasswordHasher.HashPassword(admin, password);

        try
        {
            await store.WriteAsync(Actor.System with { From = SecurityTrail.OriginOf(http) }, async db =>
            {
                if (await db.Users.AnyAsync(u => !u.IsSample && u.InvitedAt == null))
                    throw new RuleException("Somebody else has just set this system up. Sign in instead.");
                if (await db.Users.AnyAsync(u => u.NormalizedUserName == admin.NormalizedUserName))
                    throw new RuleException("A demo account or an invitation has this address. Use another.");
                db.Users.Add(admin);
                db.Activities.Add(new Activity { Kind = ActivityKind.Created, ActorName = admin.Name, Summary = "set up this system", RequestId = Once, At = db.Now });
                db.Audit(SecurityEvents.FirstAdminCreated, SecurityTrail.AccountSubject(admin.Email!), new { email = admin.Email }, SecuritySeverity.Warning);
            });
        }
        catch (DbUpdateException e) when (e is not DbUpdateConcurrencyException)
        {
            throw new RuleException("Somebody else has just set this system up. Sign in instead.");
        }
        firstRun.IsOver();
        return admin;
    }
}
