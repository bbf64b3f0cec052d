using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

/// <summary>What an admin fills in to invite somebody.</summary>
public sealed class Invite
{
    public const string NameMissing = "Enter the person's name.";

    public string? Name { get; set; }
    public string? Email { get; set; }
    public Role Role { get; set; } = Role.Sales;
    public int? TeamId { get; set; }

    public IReadOnlyList<Problem> Check()
    {
        var problems = new List<Problem>();
        if (Normalising.Line(Email) is not { } email || !FieldRules.IsEmail(email))
            problems.Add(new(nameof(Email), FieldRules.NotAnEmail));
        else if (FieldRules.TooLong("address", email, 254) is { } longEmail)
            problems.Add(new(nameof(Email), longEmail));
        if (PersonName.Problem(Name, NameMissing) is { } nameProblem)
            problems.Add(new(nameof(Name), nameProblem));
        if (!Enum.IsDefined(Role))
            problems.Add(new(nameof(Role), "Choose a role from the list."));
        return problems;
    }
}

/// <param name="Link">For the admin to hand over where mail doesn't arrive.</param>
public sealed record Invited(int UserId, string Name, string Email, string Link);

/// <summary>Invites people, reminds them, and takes invitations back; for admins.</summary>
public sealed class Invitations(CrmStore store, InvitationLink link)
{
    /// <summary>Identity's own.</summary>
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <exception cref="RuleException">Something has to be mended; the message says what.</exception>
    public async Task<Invited> InviteAsync(Actor who, Invite invite)
    {
        Gate.Demand(who, Role.Admin);
        if (invite.Check() is [var problem, ..])
            throw new RuleException(problem.Sentence);
        var (name, email) = (Normalising.Line(invite.Name)!, Normalising.Line(invite.Email)!);
        var user = await store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            var key = Normalizer.NormalizeName(email);
            if (await db.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == key || u.NormalizedEmail == key) is { } known)
                throw new RuleException(Known(known));
            var team = invite.TeamId is { } id ? await db.TeamAsync(id) : null;
            var user = new User
            {
                Name = name, Email = email, UserName = email, NormalizedEmail = key, NormalizedUserName = key, Role = invite.Role, TeamId = team?.Id,
                SecurityStamp = NewStamp(), InvitedAt = db.Now, InvitedBy = who.Name, CreatedAt = db.Now,
            };
            db.Users.Add(user);
            db.OutgoingMails.Add(MailTo(user, db.Now));
            // The trail names them by number, which they have once they are saved.
            await db.SaveChangesAsync();
            db.Audit(SecurityEvents.UserInvited, $"users/{user.Id}", new { name, email, role = invite.Role.ToString(), team = team?.Name }, SecuritySeverity.Warning);
            return user;
        });
        return await InvitedAsync(user);
    }

    /// <summary>Sends it once more, good for as long as a new one. Earlier links of it are dead.</summary>
    public async Task<Invited> AgainAsync(Actor who, int userId) => await InvitedAsync(await store.WriteAsync(Admin(who), async db =>
    {
        await db.HoldAccountsAsync(who);
        var user = await InvitedAsync(db, userId);
        (user.SecurityStamp, user.ConcurrencyStamp, user.InvitedAt, user.InvitedBy) = (NewStamp(), NewStamp(), db.Now, who.Name);
        db.OutgoingMails.Add(MailTo(user, db.Now));
        db.Audit(SecurityEvents.UserInvited, $"users/{user.Id}", new { user.Name, user.Email, role = user.Role.ToString(), again = true });
        return user;
    }));

    /// <summary>As if it had never been sent.</summary>
    /// <returns>Whose it was.</returns>
    public Task<string> WithdrawAsync(Actor who, int userId) => store.WriteAsync(Admin(who), async db =>
    {
        await db.HoldAccountsAsync(who);
        var user = await InvitedAsync(db, userId);
        db.Users.Remove(user);
        db.Audit(SecurityEvents.InvitationWithdrawn, $"users/{user.Id}", new { user.Name, user.Email });
        return user.Name;
    });

    private static Actor Admin(Actor who)
    {
        Gate.Demand(who, Role.Admin);
        return who;
    }

    private static async Task<User> InvitedAsync(CrmDbContext db, int userId) => await db.Users.SingleOrDefaultAsync(u => u.Id == userId) switch
    {
        null => throw new RuleException("This invitation was withdrawn."),
        { InvitedAt: null } user => throw new RuleException($"{user.Name} has accepted the invitation already."),
        var user => user,
    };

    private async Task<Invited> InvitedAsync(User user) =>
        new(user.Id, user.Name, user.Email!, (await link.OfAsync(user.Id))?.Link ?? throw new RuleException($"The invitation of {user.Name} was taken or withdrawn meanwhile."));

    private static string Known(User user) => user switch
    {
        { InvitedAt: not null } => $"{user.Name} is invited with this address already. Send that invitation again.",
        { DeactivatedAt: not null } => $"{user.Name} had an account with this address. Reactivate it instead.",
        _ => $"{user.Name} has an account with this address already.",
    };

    private static OutgoingMail MailTo(User user, DateTime now) =>
        new() { Kind = MailKind.Invitation, ToAddress = user.Email!, User = user, MessageId = $"{Guid.NewGuid():N}@invitation.kps-crm", CreatedAt = now };

    private static string NewStamp() => Guid.NewGuid().ToString("N");
}
