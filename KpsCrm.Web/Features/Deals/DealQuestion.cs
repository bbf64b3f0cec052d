using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Deals;

public sealed record DealRecord(Deal Deal, string? Owner, string? ClientName, string? LeadName, IReadOnlyList<TimelineRow> Activities);

/// <summary>One deal with its history; null when there is none of that number.</summary>
public sealed record DealQuestion(int Id) : IQuestion<DealRecord?>
{
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Leads | Topics.Activities | Topics.Users;

    public async Task<DealRecord?> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.Deals.Where(d => d.Id == Id).Select(d => new { Deal = d, Owner = d.Owner!.Name, Client = d.Client!.Name, Lead = d.Lead!.Name }).FirstOrDefaultAsync(cancellationToken) is { } found
            ? new(found.Deal, found.Owner, found.Client, found.Lead, await TimelineQuestion.AskAsync(view, a => a.DealId == Id, cancellationToken))
            : null;
}
