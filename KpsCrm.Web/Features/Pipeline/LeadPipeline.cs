using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Live;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>The board of leads. Won offers to make the lead a client with a deal, lost asks for a reason.</summary>
public sealed class LeadPipeline(CrmStore store, IDialogService dialogs, Conversion conversion) : IPipeline
{
    public string Noun => "lead";
    public string Path => "/pipeline/leads";
    public IReadOnlyList<Stage> Stages => Pipeline.Stages.OfLeads;
    public Topics Of => Topics.Leads | Topics.Users | Topics.Tasks | Topics.Activities;
    public bool HasCloseDates => false;

    public IQuestion<BoardAnswer> Question(Filter filter, Depths depths, DateOnly today) => new LeadBoardQuestion(filter, depths);

    public async Task<MoveResult?> MoveAsync(Actor who, Card card, Stage to, Place place, int version)
    {
        if (!Data.Columns.TryParse<LeadStatus>(card.Stage, out var from) || !Data.Columns.TryParse<LeadStatus>(to.Word, out var status))
            return null;

        var move = new MoveLead(card.Id, from, status, place, version);
        if (status == from || to.End == StageEnd.Open)
            return await move.RunAsync(store, who);

        if (to.End == StageEnd.Lost)
        {
            return await dialogs.AskAsync<LostDialog, LostAnswer>($"Lost: {card.Title}", []) is { } lost
                ? await (move with { LostReason = lost.ToString() }).RunAsync(store, who)
                : null;
        }

        return await conversion.AskAsync(who, move);
    }

    /// <summary>Asks once for several leads that end together: why they were lost, or whether they are won without becoming clients.</summary>
    /// <returns>Null when the person cancelled.</returns>
    public async Task<LeadsEnd?> AskAsync(Stage to, int count) => to.End switch
    {
        StageEnd.Lost => await dialogs.AskAsync<LostDialog, LostAnswer>($"Lost: {Shared.Words.Count(count, Noun)}", new() { { d => d.Several, true } }) is { } lost ? new(lost.ToString()) : null,
        StageEnd.Won => await dialogs.ShowMessageBoxAsync($"Won: {Shared.Words.Count(count, Noun)}", "They are marked as won and become no clients by that. Where a lead has a deal, convert it by itself.",
            yesText: "Mark as won", cancelText: "Cancel") == true ? new(null) : null,
        _ => new(null),
    };
}
