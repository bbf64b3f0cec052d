using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;

namespace KpsCrm.Web.Features.Rights;

/// <summary>Who sees a record, and why, for managers and admins; null for others.</summary>
public sealed record OnlookersQuestion(ItemRef Record) : IQuestion<IReadOnlyList<Onlooker>?>
{
    public Topics Of => Topics.Users | Topics.Leads | Topics.Clients | Topics.Deals;

    public Task<IReadOnlyList<Onlooker>?> AskAsync(CrmView view, CancellationToken cancellationToken) => view.OnlookersAsync(Record, cancellationToken);
}
