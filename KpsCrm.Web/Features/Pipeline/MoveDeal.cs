using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>What became of a move: saved, or refused with a sentence for the person who tried.</summary>
public abstract record MoveResult;

public sealed record Moved(int Version) : MoveResult;

public sealed record Refused(string Sentence) : MoveResult;

/// <summary>Moves a deal on the board, if nobody changed it since the mover saw it.</summary>
/// <param name="From">Where the mover saw it.</param>
/// <param name="Version">The version the mover saw.</param>
/// <param name="Closing">For won and lost.</param>
public sealed record MoveDeal(int Id, DealStage From, DealStage To, Place Place, int Version, Closing? Closing = null)
{
    public Task<MoveResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => MoveAsync(store, who));
    }

    private async Task<MoveResult> MoveAsync(CrmStore store, Actor who)
    {
        Deal? deal = null;
        var refusal = await store.WriteAsync(who, async db =>
        {
            deal = await db.Deals.SingleOrDefaultAsync(d => d.Id == Id);
            if (deal is null)
                return "This deal is no longer there.";
            if (deal.Version != Version)
            {
                var last = deal.Stage == From ? null : await db.Activities.Where(a => a.DealId == Id && a.Kind == ActivityKind.Moved).OrderByDescending(a => a.Id).FirstOrDefaultAsync();
                return Conflict.Sentence("deal", last, who, Stages.Of(deal.Stage).Name);
            }

            var rank = await Place.RankAsync(db.Deals.Where(d => d.Stage == To && d.Id != Id), (d, r) => d.PlaceAt(r));
            if (deal.MoveTo(To, rank, who, db.Now, Closing) is { } activity)
                db.Activities.Add(activity);
            return null;
        });
        return refusal is null ? new Moved(deal!.Version) : new Refused(refusal);
    }
}
