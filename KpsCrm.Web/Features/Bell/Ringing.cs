using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Rings people's bells within the save that gives the reason. Nobody's rings for their own doing, of those who have left, nor for a record that they can't see.</summary>
internal static class Ringing
{
    /// <param name="text">One plain sentence.</param>
    /// <param name="record">The lead, client or deal that it opens.</param>
    /// <param name="key">The same thing rings one bell once.</param>
    /// <param name="byMail">Asked for with this very thing, whatever the person's choices are.</param>
    public static async Task RingAsync(this CrmDbContext db, IReadOnlyCollection<int> people, NotificationKind kind, string text, IEditable? record = null, TaskItem? task = null, string? key = null, bool byMail = false)
    {
        var others = await db.WhoSeeAsync([.. people.Where(p => p != db.Actor.UserId)], record);
        if (others.Count == 0)
            return;

        var choices = await db.Users.Active().Where(u => others.Contains(u.Id)).Select(u => new { u.Id, u.Email, u.BellOff, u.MailOn }).ToListAsync();
        var rung = key is null ? [] : await db.Notifications.Where(n => n.Key == key && others.Contains(n.UserId)).Select(n => n.UserId).ToListAsync();
        foreach (var person in choices.Where(c => !rung.Contains(c.Id)))
        {
            var (silent, mail) = (person.BellOff.HasFlag(kind), byMail || person.MailOn.HasFlag(kind));
            if (silent && !mail)
                continue;

            var notification = new Notification
            {
                UserId = person.Id,
                Kind = kind,
                Text = text.Length <= Notification.TextMaxLength ? text : TextSearch.Clean(text, Notification.TextMaxLength - 1) + "…",
                Lead = record as Lead,
                Client = record as Client,
                Deal = record as Deal,
                Task = task,
                Key = key,
                At = db.Now,
                // A mail speaks of it, so it is there; but it is no news to the bell.
                ReadAt = silent ? db.Now : null,
            };
            db.Notifications.Add(notification);
            if (mail && person.Email is { } address)
            {
                db.OutgoingMails.Add(new OutgoingMail
                {
                    Kind = MailKind.Notice,
                    ToAddress = address,
                    Notification = notification,
                    MessageId = $"{Guid.NewGuid():N}@kps-crm",
                    CreatedAt = db.Now,
                });
            }
        }
    }
}
