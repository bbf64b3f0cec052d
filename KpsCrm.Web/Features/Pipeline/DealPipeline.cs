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
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Leads | Topics.Users | Topics.Tasks | Topics.Activities;
    public bool HasCloseDates => true;

    public IQuestion<BoardAnswer> Question(Filter filter, Depths depths, DateOnly today) => new DealBoardQuestion(filter, depths, today);

    public async Task<MoveResult?> MoveAsync(Actor who, Card card, Stage to, Place place, int version)
    {
        if (!Data.Columns.TryParse<DealStage>(card.Stage, out var from) || !Data.Columns.TryParse<DealStage>(to.Word, out var stage))
            return null;

        var closing = stage == from ? null : await AskAsync(to, card.Title, card.AmountCents);
        return stage != from && to.End != StageEnd.Open && closing is null
            ? null
            : await new MoveDeal(card.Id, from, stage, place, version, closing).RunAsync(store, who);
    }

    /// <summary>Asks how it ended, if this stage is an end.</summary>
    /// <param name="amountCents">Null for several deals, of which each keeps its own.</param>
    /// <returns>Null when the person cancelled, and for an open stage.</returns>
    public async Task<Closing?> AskAsync(Stage to, string title, long? amountCents)
    {
        var today = company.DayOf(clock.GetUtcNow().UtcDateTime);
        return to.End switch
        {
            StageEnd.Won => await dialogs.AskAsync<WonDialog, Won>($"Won: {title}", new() { { d => d.AmountCents, amountCents }, { d => d.Today, today } }),
            StageEnd.Lost when await dialogs.AskAsync<LostDialog, LostAnswer>($"Lost: {title}", new() { { d => d.Several, amountCents is null } }) is { } lost => new Lost(lost.Reason, lost.Note, today),
            _ => null,
        };
    }
}
