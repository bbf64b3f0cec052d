using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>The leads board: true totals of every column and its first cards, in two queries, and a third for their next steps.</summary>
public sealed record LeadBoardQuestion(Filter Filter, Depths Depths) : IQuestion<BoardAnswer>
{
    public Topics Of => Topics.Leads | Topics.Users | Topics.Tasks | Filter.Besides;

    public async Task<BoardAnswer> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var leads = await Filter.LeadsAsync(view, cancellationToken);
        var totals = await leads.GroupBy(l => l.Status)
            .Select(g => new { g.Key, Count = g.Count(), Total = g.Sum(l => l.ValueCents) })
            .ToDictionaryAsync(g => g.Key, cancellationToken);

        var rows = await Enum.GetValues<LeadStatus>()
            .Select((status, i) => First(leads, status, Depths[i]))
            .Aggregate((all, next) => all.Concat(next))
            .Select(l => new { l.Id, l.Status, l.Rank, l.Version, l.Name, l.Company, l.Service, l.ValueCents, l.Priority, l.LastActivityAt, Owner = l.Owner!.Name })
            .ToListAsync(cancellationToken);

        var steps = await NextSteps.OfLeadsAsync(view, [.. rows.Where(l => l.Status is not (LeadStatus.Won or LeadStatus.Lost)).Select(l => l.Id)], cancellationToken);
        var now = view.Now;
        var cards = rows.OrderBy(l => l.Rank, StringComparer.Ordinal).ThenBy(l => l.Id).ToLookup(l => l.Status, l => new Card(
            l.Id, Data.Columns.Word(l.Status), l.Version, l.Name, Words.Joined(l.Company, l.Service), l.ValueCents, null, null, Math.Max(0, (now - l.LastActivityAt).Days), l.Owner,
            l.Priority >= Priority.High ? l.Priority.ToString() : null, steps.GetValueOrDefault(l.Id)));

        return new([.. Enum.GetValues<LeadStatus>().Select(status =>
        {
            var total = totals.GetValueOrDefault(status);
            return new Column(Data.Columns.Word(status), total?.Count ?? 0, total?.Total ?? 0, 0, [.. cards[status]]);
        })]);
    }

    private static IQueryable<Lead> First(IQueryable<Lead> leads, LeadStatus status, int count) =>
        leads.Where(l => l.Status == status).OrderBy(l => l.Rank).ThenBy(l => l.Id).Take(count);
}
