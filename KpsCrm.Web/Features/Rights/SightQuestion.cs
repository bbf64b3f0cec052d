using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;

namespace KpsCrm.Web.Features.Rights;

/// <summary>What a colleague sees, for admins; null for others.</summary>
public sealed record SightQuestion(int UserId) : IQuestion<SightOf?>
{
    public Topics Of => Topics.Users | Topics.Leads | Topics.Clients | Topics.Deals;

    public Task<SightOf?> AskAsync(CrmView view, CancellationToken cancellationToken) => SightOf.AskAsync(view, UserId, cancellationToken);
}
