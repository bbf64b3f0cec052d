using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

/// <summary>
/// Wins a lead: it becomes a client with a deal, in one save. Someone who is a client already (the same e-mail address) gets the deal instead of a twin.
/// </summary>
/// <param name="Move">The lead's move to Won.</param>
/// <param name="ClientName">For a new client.</param>
public sealed record ConvertLead(MoveLead Move, string ClientName, string? Company, string DealTitle, long AmountCents)
{
    public Task<MoveResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        if (string.IsNullOrWhiteSpace(ClientName))
            throw new RuleException("The client needs a name.");
        if (string.IsNullOrWhiteSpace(DealTitle))
            throw new RuleException("The deal needs a title.");
        if (ClientName.Trim().Length > Lead.NameMaxLength || Company?.Trim().Length > Lead.ShortTextMaxLength || DealTitle.Trim().Length > Deal.TitleMaxLength)
            throw new RuleException($"Names and titles can have {Deal.TitleMaxLength} characters at most.");
        if (AmountCents is < 0 or > Deal.MaxAmountCents)
            throw new RuleException("The amount must be between $0 and $1,000,000,000.");
        return Conflict.RetryAsync(() => ConvertAsync(store, who));
    }

    private async Task<MoveResult> ConvertAsync(CrmStore store, Actor who)
    {
        Lead? lead = null;
        var refusal = await store.WriteAsync(who, async db =>
        {
            lead = await db.Leads.SingleOrDefaultAsync(l => l.Id == Move.Id);
            if (await MoveLead.MoveAsync(db, lead, Move with { To = LeadStatus.Won }, who) is { } refused)
                return refused;

            // Two leads of one person, won by two people at once, make one client.
            await db.HoldAsync(lead!.Email);
            var client = await db.Clients.OrderBy(c => c.Id).FirstOrDefaultAsync(c => c.Email == lead.Email) ?? db.Clients.Add(new Client
            {
                Name = ClientName.Trim(), Company = string.IsNullOrWhiteSpace(Company) ? null : Company.Trim(),
                Email = lead.Email, Phone = lead.Phone, Lead = lead, OwnerId = lead.OwnerId ?? who.UserId, JoinedAt = db.Now,
            }).Entity;
            client.LastActivityAt = db.Now;

            var rank = await Place.Top.RankAsync(db.Deals.Where(d => d.Stage == DealStage.Proposal), (d, r) => d.PlaceAt(r));
            var deal = db.Deals.Add(new Deal
            {
                Title = DealTitle.Trim(), AmountCents = AmountCents, Client = client, Lead = lead, OwnerId = lead.OwnerId ?? who.UserId, CreatedAt = db.Now,
            }.PlaceAt(rank)).Entity;

            db.Activities.Add(new Activity
            {
                Kind = ActivityKind.Converted, Lead = lead, Client = client, Deal = deal, ActorId = who.UserId, ActorName = who.Name, At = db.Now,
                Summary = $"made {lead.Name} a client with the deal {deal.Title}",
            });
            return null;
        });
        return refusal is null ? new Moved(lead!.Version) : new Refused(refusal);
    }
}
