using KpsCrm.Data.Changes;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Bell;

/// <param name="Href">The record it opens; the tasks where there is none.</param>
public sealed record BellRow(int Id, NotificationKind Kind, string Text, string Href, DateTime At, bool Unread);

public sealed record BellAnswer(int Unread, IReadOnlyList<BellRow> Rows);

/// <summary>Somebody's own bell: how much is unread, and the latest.</summary>
public sealed record BellQuestion(int UserId) : IQuestion<BellAnswer>
{
    private const int Shown = 30;

    public Topics Of => Topics.Notifications;

    public async Task<BellAnswer> AskAsync(CrmView view, CancellationToken cancellationToken) => new(
        await view.Notifications.CountAsync(n => n.ReadAt == null, cancellationToken),
        await view.Notifications.OrderByDescending(n => n.At).ThenByDescending(n => n.Id).Take(Shown)
            .Select(n => new BellRow(n.Id, n.Kind, n.Text, NoticePath.Of(n.Kind, n.DealId, n.LeadId, n.ClientId), n.At, n.ReadAt == null))
            .ToListAsync(cancellationToken));
}
