using KpsCrm.Data.Changes;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account;

public sealed record MyAccount(string Name, string Email, Role Role, NotificationKind BellOff, NotificationKind MailOn);

/// <summary>Somebody's own account; null when it is gone.</summary>
public sealed record AccountQuestion(int UserId) : IQuestion<MyAccount?>
{
    public Topics Of => Topics.Users;

    public Task<MyAccount?> AskAsync(CrmView view, CancellationToken cancellationToken) => view.People.Where(u => u.Id == UserId)
        .Select(u => new MyAccount(u.Name, u.Email!, u.Role, u.BellOff, u.MailOn)).SingleOrDefaultAsync(cancellationToken);
}
