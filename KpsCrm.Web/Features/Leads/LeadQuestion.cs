using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

public sealed record LeadRecord(Lead Lead, Names Names, StageHistory Stages, IReadOnlyList<ClientLine> Clients, IReadOnlyList<DealLine> Deals);

/// <summary>One lead with what became of it; null when there is none of that number.</summary>
public sealed record LeadQuestion(int Id) : IQuestion<LeadRecord?>
{
    public Topics Of => Topics.Leads | Topics.Clients | Topics.Deals | Topics.Users;

    public async Task<LeadRecord?> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        if (await view.Leads.Where(l => l.Id == Id).Select(l => new { Lead = l, Owner = l.Owner!.Name }).FirstOrDefaultAsync(cancellationToken) is not { Lead: var lead, Owner: var owner })
            return null;

        return new(lead, Names.Of((lead.OwnerId, owner)),
            await StageHistory.AskAsync(view.ActivitiesOf(RecordRef.Lead(Id)).Where(a => a.DealId == null), lead.CreatedAt, cancellationToken),
            await view.Clients.Where(c => c.LeadId == Id).LinesAsync(cancellationToken),
            await view.Deals.Where(d => d.LeadId == Id).LinesAsync(cancellationToken));
    }
}
