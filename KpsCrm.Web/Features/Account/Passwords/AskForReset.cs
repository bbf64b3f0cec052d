using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account.Passwords;

/// <summary>
/// Someone says they forgot a password. For an address that has no account the same is done: a look, one write, the same words. The mail goes
/// out later, by itself, so its time tells nothing either.
/// </summary>
public sealed class AskForReset(CrmStore store, ILookupNormalizer normalizer, IHostEnvironment environment)
{
    /// <summary>Nobody's letter-box is filled by a stranger.</summary>
    private static readonly BrakeSchedule PerAccount = new(3, TimeSpan.FromMinutes(15), TimeSpan.FromHours(4));

    public Task RunAsync(HttpContext http, string email)
    {
        var name = normalizer.NormalizeName(email);
        return store.WriteAsync(Actor.Visitor with { From = SecurityTrail.OriginOf(http) }, async db =>
        {
            var answer = await Brakes.TryAsync(db, $"reset|{name}", PerAccount);
            var user = await db.Users.Active().SingleOrDefaultAsync(u => u.NormalizedUserName == name);
            db.Audit(SecurityEvents.PasswordResetAsked, SecurityTrail.AccountSubject(email), new { email, tooOften = answer.Wait is not null }, answer.Wait is null ? SecuritySeverity.Info : SecuritySeverity.Warning);
            if (user is null || answer.Wait is not null || user.IsSample && !environment.IsDevelopment())
                return;
            db.OutgoingMails.Add(new OutgoingMail { Kind = MailKind.PasswordReset, ToAddress = user.Email!, UserId = user.Id, MessageId = $"{Guid.NewGuid():N}@reset.kps-crm", CreatedAt = db.Now });
        });
    }
}
