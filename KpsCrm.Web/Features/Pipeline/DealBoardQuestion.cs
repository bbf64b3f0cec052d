using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>The deals board: true totals of every column and its first cards, in two queries, and a third for their next steps.</summary>
public sealed record DealBoardQuestion(Filter Filter, Depths Depths, DateOnly Today) : IQuestion<BoardAnswer>
{
    /// <summary>Client, lead and owner names stand on the cards.</summary>
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Leads | Topics.Users | Topics.Tasks | Filter.Besides;

    public async Task<BoardAnswer> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var deals = await Filter.DealsAsync(view, Today, cancellationToken);
        var totals = await deals.GroupBy(d => d.Stage)
            .Select(g => new { g.Key, Count = g.Count(), Total = g.Sum(d => d.AmountCents), Weighted = g.Sum(d => d.AmountCents * d.Probability) })
            .ToDictionaryAsync(g => g.Key, cancellationToken);

        var rows = await Enum.GetValues<DealStage>()
            .Select((stage, i) => First(deals, stage, Depths[i]))
            .Aggregate((all, next) => all.Concat(next))
            .Select(d => new
            {
                d.Id, d.Stage, d.Rank, d.Version, d.Title, Client = d.Client!.Name, d.Client.Company, Lead = d.Lead!.Name, LeadCompany = d.Lead.Company, d.LeadId, d.AmountCents, d.Probability, d.ExpectedCloseDate, d.LastActivityAt, Owner = d.Owner!.Name,
            })
            .ToListAsync(cancellationToken);

        var steps = await NextSteps.OfDealsAsync(view, [.. rows.Where(d => d.Stage is not (DealStage.ClosedWon or DealStage.ClosedLost)).Select(d => d.Id)], cancellationToken);
        var now = view.Now;
        var cards = rows.OrderBy(d => d.Rank, StringComparer.Ordinal).ThenBy(d => d.Id).ToLookup(d => d.Stage, d => new Card(
            d.Id, Data.Columns.Word(d.Stage), d.Version, d.Title, d.Client is null ? d.LeadId is not null && d.Lead is null ? $"Lead {Shared.Words.InBin}" : Words.Joined(d.Lead, d.LeadCompany) : Words.Joined(d.Client, d.Company), d.AmountCents, d.Probability,
            d.Stage is DealStage.ClosedWon or DealStage.ClosedLost ? null : d.ExpectedCloseDate, Math.Max(0, (now - d.LastActivityAt).Days), d.Owner, Next: steps.GetValueOrDefault(d.Id)));

        return new([.. Enum.GetValues<DealStage>().Select(stage =>
        {
            var total = totals.GetValueOrDefault(stage);
            return new Column(Data.Columns.Word(stage), total?.Count ?? 0, total?.Total ?? 0, (total?.Weighted ?? 0) / 100, [.. cards[stage]]);
        })]);
    }

    private static IQueryable<Deal> First(IQueryable<Deal> deals, DealStage stage, int count) =>
        deals.Where(d => d.Stage == stage).OrderBy(d => d.Rank).ThenBy(d => d.Id).Take(count);
}
