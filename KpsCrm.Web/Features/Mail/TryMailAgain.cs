using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Mail;

/// <summary>Puts a mail, or all that have failed or were refused, at the front of the line.</summary>
public sealed class TryMailAgain(CrmStore store)
{
    /// <param name="id">Null for all.</param>
    /// <returns>How many are tried again.</returns>
    public Task<int> RunAsync(Actor who, int? id = null)
    {
        Gate.Demand(who, Role.Admin);
        return store.WriteAsync(who, async db =>
        {
            // What never failed is on its way already; pulling it forward could send it twice.
            var mails = await db.OutgoingMails.Where(m => m.State != MailState.Sent && m.LastError != null && (id == null || m.Id == id)).ToListAsync();
            foreach (var mail in mails)
                mail.TryAgain(db.Now);
            return mails.Count;
        });
    }
}
