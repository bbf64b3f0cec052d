using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Deals;

/// <param name="Siblings">The client's other deals.</param>
public sealed record DealRecord(Deal Deal, Names Names, StageHistory Stages, IReadOnlyList<ClientLine> Clients, IReadOnlyList<LeadLine> Leads, IReadOnlyList<DealLine> Siblings);

/// <summary>One deal with its client and where it came from; null when there is none of that number.</summary>
public sealed record DealQuestion(int Id) : IQuestion<DealRecord?>
{
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Leads | Topics.Users;

    public async Task<DealRecord?> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        if (await view.Deals.Where(d => d.Id == Id).Select(d => new { Deal = d, Owner = d.Owner!.Name }).FirstOrDefaultAsync(cancellationToken) is not { Deal: var deal, Owner: var owner })
            return null;

        var clients = deal.ClientId is { } clientId ? await view.Clients.Where(c => c.Id == clientId).LinesAsync(cancellationToken) : [];
        return new(deal, Names.Of((deal.OwnerId, owner), (deal.ClientId, clients.FirstOrDefault()?.Name)),
            await StageHistory.AskAsync(view.ActivitiesOf(RecordRef.Deal(Id)), deal.CreatedAt, cancellationToken),
            clients,
            deal.LeadId is { } leadId ? await view.Leads.Where(l => l.Id == leadId).LinesAsync(cancellationToken) : [],
            deal.ClientId is { } of ? await view.Deals.Where(d => d.ClientId == of && d.Id != Id).LinesAsync(cancellationToken) : []);
    }
}
