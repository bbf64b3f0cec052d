using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Dashboard;

/// <param name="About">The record's name; null when it lies in the recycle bin.</param>
public sealed record RecentRow(int Id, string Actor, string Summary, string? About, string? Href, DateTime At);

/// <summary>The latest activities.</summary>
public sealed record RecentQuestion : IQuestion<IReadOnlyList<RecentRow>>
{
    private const int Shown = 8;

    public Topics Of => Topics.Activities | Topics.Leads | Topics.Clients | Topics.Deals;

    public async Task<IReadOnlyList<RecentRow>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.Activities.OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(Shown)
            .Select(a => new RecentRow(a.Id, a.ActorName, a.Summary,
                a.DealId != null ? a.Deal!.Title : a.LeadId != null ? a.Lead!.Name : a.ClientId != null ? a.Client!.Name : null,
                a.DealId != null ? "/deals/" + a.DealId : a.LeadId != null ? "/leads/" + a.LeadId : a.ClientId != null ? "/clients/" + a.ClientId : null,
                a.At))
            .ToListAsync(cancellationToken);
}
