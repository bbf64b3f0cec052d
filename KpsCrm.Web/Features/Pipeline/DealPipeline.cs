using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>The board of deals. Won asks for amount and date, lost for a reason.</summary>
public sealed class DealPipeline(CrmStore store, IDialogService dialogs, CompanyOptions company, TimeProvider clock) : IPipeline
{
    public string Noun => "deal";
    public string Path => "/pipeline";
    public IReadOnlyList<Stage> Stages => Pipeline.Stages.OfDeals;
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Leads | Topics.Users | Topics.Tasks;
    public bool HasCloseDates => true;

    public IQuestion<BoardAnswer> Question(Filter filter, Depths depths, DateOnly today) => new DealBoardQuestion(filter, depths, today);

    public async Task<MoveResult?> MoveAsync(Actor who, Card card, Stage to, Place place, int version)
    {
        if (!Data.Columns.TryParse<DealStage>(card.Stage, out var from) || !Data.Columns.TryParse<DealStage>(to.Word, out var stage))
            return null;

        var today = company.DayOf(clock.GetUtcNow().UtcDateTime);
        Closing? closing = null;
        if (stage != from && to.End == StageEnd.Won)
            closing = await dialogs.AskAsync<WonDialog, Won>($"Won: {card.Title}", new() { { d => d.AmountCents, card.AmountCents }, { d => d.Today, today } });
        else if (stage != from && to.End == StageEnd.Lost && await dialogs.AskAsync<LostDialog, LostAnswer>($"Lost: {card.Title}", []) is { } lost)
            closing = new Lost(lost.Reason, lost.Note, today);

        return stage != from && to.End != StageEnd.Open && closing is null
            ? null
            : await new MoveDeal(card.Id, from, stage, place, version, closing).RunAsync(store, who);
    }
}
