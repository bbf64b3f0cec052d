using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

public sealed record LeadRecord(Lead Lead, string? Owner, IReadOnlyList<TimelineRow> Activities);

/// <summary>One lead with its history; null when there is none of that number.</summary>
public sealed record LeadQuestion(int Id) : IQuestion<LeadRecord?>
{
    public Topics Of => Topics.Leads | Topics.Activities | Topics.Users;

    public async Task<LeadRecord?> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.Leads.Where(l => l.Id == Id).Select(l => new { Lead = l, Owner = l.Owner!.Name }).FirstOrDefaultAsync(cancellationToken) is { } found
            ? new(found.Lead, found.Owner, await TimelineQuestion.AskAsync(view, a => a.LeadId == Id, cancellationToken))
            : null;
}
