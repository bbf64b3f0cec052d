using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Intake;

/// <summary>One enquiry that waits for a manager.</summary>
public sealed record HeldEnquiry(int Id, string Reason, DateTime ReceivedAt, string? IpAddress, Enquiry Enquiry);

/// <summary>What is held, newest first, and how many there are beyond those shown.</summary>
public sealed record HeldEnquiries(IReadOnlyList<HeldEnquiry> Shown, int Total);

public sealed record WhatIsHeld : IQuestion<HeldEnquiries>
{
    private const int MostShown = 100;

    public Topics Of => Topics.Quarantine;

    public async Task<HeldEnquiries> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var held = view.Quarantine.Where(q => q.State == QuarantineState.Held);
        var rows = await held.OrderByDescending(q => q.ReceivedAt).ThenByDescending(q => q.Id).Take(MostShown)
            .Select(q => new { q.Id, q.Reason, q.ReceivedAt, q.IpAddress, q.Payload }).ToListAsync(cancellationToken);
        return new([.. rows.Select(r => new HeldEnquiry(r.Id, r.Reason, r.ReceivedAt, r.IpAddress, Enquiry.FromJson(r.Payload)))],
            rows.Count < MostShown ? rows.Count : await held.CountAsync(cancellationToken));
    }
}

public sealed record HowManyAreHeld : IQuestion<int>
{
    public Topics Of => Topics.Quarantine;

    public Task<int> AskAsync(CrmView view, CancellationToken cancellationToken) => view.Quarantine.CountAsync(q => q.State == QuarantineState.Held, cancellationToken);
}

/// <summary>What a manager does with a held enquiry.</summary>
public sealed class QuarantineDesk(CrmStore store, IntakeDesk intake)
{
    /// <summary>It was no spam: it becomes a lead, through the same door as every other.</summary>
    /// <returns>The lead's id.</returns>
    public Task<int> ReleaseAsync(Actor who, int id) => DecideAsync(who, id, QuarantineState.Released, async (db, held) =>
    {
        db.ActForVisitor();
        var receipt = await intake.StoreAsync(db, new Prepared(Enquiry.FromJson(held.Payload), held.Payload, held.RequestId));
        held.LeadId = receipt.LeadId;
        return receipt.LeadId;
    });

    public Task DropAsync(Actor who, int id) => DecideAsync(who, id, QuarantineState.Dropped, (_, _) => Task.FromResult(0));

    /// <summary>Takes a drop back.</summary>
    public Task HoldAgainAsync(Actor who, int id) => DecideAsync(who, id, QuarantineState.Held, (_, _) => Task.FromResult(0));

    private async Task<int> DecideAsync(Actor who, int id, QuarantineState state, Func<CrmDbContext, QuarantinedEnquiry, Task<int>> act)
    {
        Gate.Demand(who, Role.Manager);
        return await store.WriteAsync(who, async db =>
        {
            await db.HoldAsync($"quarantine {id}");
            var held = await db.QuarantinedEnquiries.SingleOrDefaultAsync(q => q.Id == id) ?? throw new RuleException("This enquiry is gone.");
            if (held.State == state || held.State == QuarantineState.Released)
                throw new RuleException($"A colleague has {(held.State == QuarantineState.Dropped ? "dropped" : "released")} this enquiry already.");

            held.State = state;
            (held.DecidedById, held.DecidedAt) = state == QuarantineState.Held ? (default(int?), default(DateTime?)) : (who.UserId, db.Now);
            return await act(db, held);
        });
    }
}
