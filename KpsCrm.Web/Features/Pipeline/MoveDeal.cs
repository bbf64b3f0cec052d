using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>What became of a move: saved, or refused with a sentence for the person who tried.</summary>
public abstract record MoveResult;

/// <param name="Back">Takes the move back, unless somebody has been there since; null where that is done elsewhere, or nothing has left its stage.</param>
public sealed record Moved(int Version, Func<Task<MoveResult>>? Back = null) : MoveResult;

public sealed record Refused(string Sentence) : MoveResult;

/// <summary>Moves a deal on the board, if nobody changed it since the mover saw it.</summary>
/// <param name="From">Where the mover saw it.</param>
/// <param name="Version">The version the mover saw.</param>
/// <param name="Closing">For won and lost.</param>
public sealed record MoveDeal(int Id, DealStage From, DealStage To, Place Place, int Version, Closing? Closing = null)
{
    /// <summary>Of a way back: winning set the amount, and every stage its own probability.</summary>
    private (long AmountCents, int Probability)? Figures { get; init; }

    public Task<MoveResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => MoveAsync(store, who));
    }

    private async Task<MoveResult> MoveAsync(CrmStore store, Actor who)
    {
        Deal? deal = null;
        var back = this;
        var refusal = await store.WriteAsync(who, async db =>
        {
            deal = await db.View.Deals.SingleOrDefaultAsync(d => d.Id == Id);
            if (deal is null)
                return "This deal is no longer there.";
            // Within its column a move changes nothing that the save would ask about.
            Gate.DemandChange(db.Actor, deal);
            if (deal.Version != Version)
            {
                var last = deal.Stage == From ? null : await db.Activities.Where(a => a.DealId == Id && a.Kind == ActivityKind.Moved).OrderByDescending(a => a.Id).FirstOrDefaultAsync();
                return Conflict.Sentence("deal", last, who, Stages.Of(deal.Stage).Name);
            }

            back = new(Id, To, deal.Stage, Place.At(deal.Rank), 0, HowItEnded(deal)) { Figures = (deal.AmountCents, deal.Probability) };
            var rank = await Place.RankAsync(db.Deals.Where(d => d.Stage == To && d.Id != Id), (d, r) => d.PlaceAt(r));
            if (deal.MoveTo(To, rank, who, db.Now, Closing) is { } activity)
                db.Activities.Add(activity);
            if (Figures is { } figures)
                (deal.AmountCents, deal.Probability) = figures;
            return null;
        });
        if (refusal is not null)
            return new Refused(refusal);
        back = back with { Version = deal!.Version };
        return new Moved(deal.Version, back.To == back.From ? null : () => back.RunAsync(store, who));
    }

    private static Closing? HowItEnded(Deal deal) => (deal.Stage, deal.ActualCloseDate) switch
    {
        (DealStage.ClosedWon, { } on) => new Won(deal.AmountCents, on),
        (DealStage.ClosedLost, { } on) => new Lost(deal.LostReason ?? "Other", deal.LostNote, on),
        _ => null,
    };
}
