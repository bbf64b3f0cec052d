using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>Moves a lead on the board, if nobody changed it since the mover saw it.</summary>
/// <param name="From">Where the mover saw it.</param>
/// <param name="Version">The version the mover saw.</param>
/// <param name="LostReason">For lost.</param>
public sealed record MoveLead(int Id, LeadStatus From, LeadStatus To, Place Place, int Version, string? LostReason = null)
{
    public Task<MoveResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => MoveAsync(store, who));
    }

    private async Task<MoveResult> MoveAsync(CrmStore store, Actor who)
    {
        Lead? lead = null;
        var back = this;
        var refusal = await store.WriteAsync(who, async db =>
        {
            lead = await db.View.Leads.SingleOrDefaultAsync(l => l.Id == Id);
            if (lead is not null)
                back = new(Id, To, lead.Status, Place.At(lead.Rank), 0, lead.LostReason);
            return await MoveAsync(db, lead, this, who);
        });
        if (refusal is not null)
            return new Refused(refusal);
        back = back with { Version = lead!.Version };
        return new Moved(lead.Version, back.To == back.From ? null : () => back.RunAsync(store, who));
    }

    /// <summary>The move itself, for a save that does more than move.</summary>
    /// <returns>Why not; null when it moved.</returns>
    internal static async Task<string?> MoveAsync(CrmDbContext db, Lead? lead, MoveLead move, Actor who)
    {
        if (lead is null)
            return "This lead is no longer there.";
        // Within its column a move changes nothing that the save would ask about.
        Gate.DemandChange(db.Actor, lead);
        if (lead.Version != move.Version)
        {
            var last = lead.Status == move.From ? null : await db.Activities.Where(a => a.LeadId == move.Id && a.Kind == ActivityKind.Moved).OrderByDescending(a => a.Id).FirstOrDefaultAsync();
            return Conflict.Sentence("lead", last, who, Stages.Of(lead.Status).Name);
        }

        var rank = await move.Place.RankAsync(db.Leads.Where(l => l.Status == move.To && l.Id != move.Id), (l, r) => l.PlaceAt(r));
        if (lead.MoveTo(move.To, rank, who, db.Now, move.LostReason) is { } activity)
            db.Activities.Add(activity);
        return null;
    }
}
