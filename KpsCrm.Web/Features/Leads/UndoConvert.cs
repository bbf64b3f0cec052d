using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

/// <summary>
/// Takes a conversion back in one save: the lead stands where it stood, the deal and the client that was made with it go to the recycle bin, the tasks go back to the lead.
/// Only as long as nothing has happened to any of them since.
/// </summary>
public sealed record UndoConvert(Converted Done)
{
    /// <exception cref="RuleException">Something stands in the way; the sentence says what.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            await db.HoldAsync(RecycleBin.Turn);
            var lead = await db.View.Leads.SingleOrDefaultAsync(l => l.Id == Done.Lead.Id);
            var deal = await db.View.Deals.SingleOrDefaultAsync(d => d.Id == Done.Deal.Id);
            var client = await db.View.Clients.SingleOrDefaultAsync(c => c.Id == Done.Client.Id);
            if (Gate.IsNarrow(db.Actor) && (lead is null || deal is null || client is null))
                throw new RuleException("This can't be taken back any more.");
            if (await ObstacleAsync(db, who) is { } obstacle)
                throw new RuleException($"This can't be taken back any more: {obstacle}.");
            if (lead?.Version != Done.Lead.Version || deal?.Version != Done.Deal.Version || client is null || Done.ClientIsNew && client.Version != Done.Client.Version)
                throw new RuleException("This can't be taken back any more: somebody has changed the lead, the client or the deal since.");

            if (lead.MoveTo(Done.From, Done.Rank, who, db.Now, Done.LostReason) is { } moved)
                db.Activities.Add(moved);
            foreach (var task in await db.Tasks.Where(t => Done.Tasks.Contains(t.Id) && t.DealId == deal.Id).ToListAsync())
                (task.DealId, task.Deal, task.Lead) = (null, null, lead);
            var at = await RecycleBin.MomentAsync(db, Done.ClientIsNew ? client : deal);
            foreach (var row in Done.ClientIsNew ? [deal, client] : new IRecyclable[] { deal })
            {
                row.MoveToBin(who, at);
                db.Activities.Add(RecycleBin.Activity(row, ActivityKind.Deleted, $"took back the conversion of {lead.Name}", who, db.Now));
            }
            return 0;
        }));
    }

    /// <summary>"Ben Brooks moved the deal from Proposal to Review"; null when nothing stands in the way.</summary>
    private async Task<string?> ObstacleAsync(CrmDbContext db, Actor who)
    {
        var (lead, deal, client) = (Done.Lead.Id, Done.Deal.Id, Done.ClientIsNew ? Done.Client.Id : 0);
        var since = await db.Activities.Where(a => a.Id > Done.ActivityId && (a.LeadId == lead || a.DealId == deal || a.ClientId == client)).OrderBy(a => a.Id).FirstOrDefaultAsync();
        if (since is not null)
            return $"{(since.ActorId == who.UserId ? "you" : since.ActorName)} {since.Summary}";
        if (await db.Deals.AnyAsync(d => d.ClientId == client && d.Id != deal))
            return "the client has another deal";
        if (await db.Tasks.AnyAsync(t => (t.DealId == deal || t.ClientId == client) && !Done.Tasks.Contains(t.Id)))
            return "a task was planned";
        return await db.Attachments.AnyAsync(f => f.DealId == deal || f.ClientId == client) ? "a file was added" : null;
    }
}
