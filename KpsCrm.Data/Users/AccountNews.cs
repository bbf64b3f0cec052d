using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace KpsCrm.Data.Users;

/// <summary>
/// Whoever's password, second factor or passkeys change hears of it, by bell and by mail, whoever changed them and by which way: it is how a person
/// learns that it wasn't them. ASVS 6.3.7.
/// </summary>
internal static class AccountNews
{
    public static async Task AddAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        var news = db.ChangeTracker.Entries<User>().SelectMany(Of).Concat(db.ChangeTracker.Entries<IdentityUserPasskey<int>>().SelectMany(Of)).ToList();
        foreach (var (userId, text) in news)
        {
            if (await db.Users.FindAsync([userId], cancellationToken) is not { IsActive: true, Email: { } address })
                continue;
            var notification = new Notification { UserId = userId, Kind = NotificationKind.Account, Text = text, At = db.Now };
            db.AddRange(notification, new OutgoingMail { Kind = MailKind.Notice, ToAddress = address, Notification = notification, MessageId = $"{Guid.NewGuid():N}@kps-crm", CreatedAt = db.Now });
        }
    }

    /// <summary>Of somebody new nothing changes, and who only now takes up an invitation sets their first password.</summary>
    private static IEnumerable<(int, string)> Of(EntityEntry<User> user)
    {
        if (user.State != EntityState.Modified || user.OriginalValues.GetValue<DateTime?>(nameof(User.InvitedAt)) is not null)
            yield break;
        if (user.Property(u => u.PasswordHash).IsModified)
            yield return (user.Entity.Id, "Your password was changed");
        if (user.Property(u => u.TwoFactorEnabled).IsModified)
            yield return (user.Entity.Id, user.Entity.TwoFactorEnabled ? "An authenticator app was added to your account" : "The second factor was taken off your account");
    }

    private static IEnumerable<(int, string)> Of(EntityEntry<IdentityUserPasskey<int>> passkey) => passkey.State switch
    {
        EntityState.Added => [(passkey.Entity.UserId, "A passkey was added to your account")],
        EntityState.Deleted => [(passkey.Entity.UserId, "A passkey was removed from your account")],
        _ => [],
    };
}
