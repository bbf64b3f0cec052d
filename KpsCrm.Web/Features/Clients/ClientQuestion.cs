using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Clients;

/// <param name="Totals">Of all the client's deals, also of those that are not among <paramref name="Deals"/>.</param>
public sealed record ClientRecord(Client Client, Names Names, IReadOnlyList<DealLine> Deals, DealTotals Totals, IReadOnlyList<LeadLine> Leads);

public sealed record DealTotals(int Count, int Open, long OpenCents, int Won, long WonCents);

/// <summary>One client with its deals and where it came from; null when there is none of that number.</summary>
public sealed record ClientQuestion(int Id) : IQuestion<ClientRecord?>
{
    public Topics Of => Topics.Clients | Topics.Leads | Topics.Deals | Topics.Users;

    public async Task<ClientRecord?> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        if (await view.Clients.Where(c => c.Id == Id).Select(c => new { Client = c, Owner = c.Owner!.Name }).FirstOrDefaultAsync(cancellationToken) is not { Client: var client, Owner: var owner })
            return null;

        var deals = await view.Deals.Where(d => d.ClientId == Id).LinesAsync(cancellationToken);
        var sums = await view.Deals.Where(d => d.ClientId == Id).GroupBy(d => d.Stage).Select(g => new { Stage = g.Key, Count = g.Count(), Cents = g.Sum(d => d.AmountCents) }).ToListAsync(cancellationToken);
        var open = sums.Where(s => s.Stage is not (DealStage.ClosedWon or DealStage.ClosedLost)).ToList();
        var won = sums.FirstOrDefault(s => s.Stage == DealStage.ClosedWon);

        // The lead it was made of, those of its deals, and what the same person asked for besides.
        var leads = deals.Select(d => d.LeadId).Append(client.LeadId).OfType<int>().Distinct().ToList();
        return new(client, Names.Of((client.OwnerId, owner)), deals, new(sums.Sum(s => s.Count), open.Sum(s => s.Count), open.Sum(s => s.Cents), won?.Count ?? 0, won?.Cents ?? 0),
            await view.Leads.Where(l => leads.Contains(l.Id) || l.Email == client.Email).LinesAsync(cancellationToken));
    }
}
