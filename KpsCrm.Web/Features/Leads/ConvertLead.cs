using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

/// <summary>A lead that has become a client with a deal; all that it takes to undo that.</summary>
/// <param name="From">Where the lead stood before, at <paramref name="Rank"/>.</param>
/// <param name="Tasks">The open tasks that went along from the lead to the deal.</param>
/// <param name="ActivityId">The line of the history that tells of it: what comes later stands in the way of undoing.</param>
public sealed record Converted(ConvertedRow Lead, LeadStatus From, string Rank, string? LostReason, ConvertedRow Deal, ConvertedRow Client, bool ClientIsNew, IReadOnlyList<int> Tasks, int ActivityId) : MoveResult;

/// <summary>A row as the conversion left it.</summary>
public sealed record ConvertedRow(int Id, int Version, string Name);

/// <summary>
/// Wins a lead: in one save it gets a deal, with a client of its own or one who was there. Its open tasks go along to the deal; history, notes and files stay with the lead, to which client and deal lead back.
/// </summary>
/// <param name="Move">The lead's move to Won.</param>
/// <param name="ClientName">For a new client.</param>
/// <param name="ClientId">The client who gets the deal; null for a new one.</param>
/// <param name="Seen">Clients whom the person has seen and not meant. Another with the same e-mail address has come since, and gets the deal instead of a twin.</param>
public sealed record ConvertLead(MoveLead Move, string ClientName, string? Company, string DealTitle, long AmountCents, int? ClientId = null, IReadOnlyList<int>? Seen = null)
{
    public Task<MoveResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        if (ClientId is null && string.IsNullOrWhiteSpace(ClientName))
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
        var finish = () => default(MoveResult)!;
        var refusal = await store.WriteAsync(who, async db =>
        {
            var lead = await db.View.Leads.SingleOrDefaultAsync(l => l.Id == Move.Id);
            if (await DoneByAsync(db, lead) is { } done)
                return done;
            // Before anything is changed: what is only refused is saved as far as it came.
            if (ClientId is { } chosen && !await db.View.Clients.AnyAsync(c => c.Id == chosen))
                return "This client is no longer there. Choose again.";
            var (from, rank, reason) = (lead!.Status, lead.Rank, lead.LostReason);
            if (await MoveLead.MoveAsync(db, lead, Move with { To = LeadStatus.Won }, who) is { } refused)
                return refused;

            // Two leads of one person, won by two people at once, make one client.
            await db.HoldAsync(lead.Email);
            var client = await ClientAsync(db, lead, who);
            client.LastActivityAt = db.Now;

            var place = await Place.Top.RankAsync(db.Deals.Where(d => d.Stage == DealStage.Proposal), (d, r) => d.PlaceAt(r));
            var deal = db.Deals.Add(new Deal
            {
                Title = DealTitle.Trim(), AmountCents = AmountCents, Client = client, Lead = lead, OwnerId = await OwnerAsync(db, lead, who), CreatedAt = db.Now,
            }.StartIn(DealStage.Proposal, place, db.Now)).Entity;

            var tasks = await db.Tasks.Where(t => t.LeadId == lead.Id && t.DoneAt == null).ToListAsync();
            foreach (var task in tasks)
                (task.LeadId, task.Lead, task.Deal) = (null, null, deal);

            var isNew = client.Id == 0;
            foreach (var record in isNew ? [client, deal] : new IEditable[] { deal })
                await Ownership.ChangedAsync(db, record, null, deal.OwnerId?.ToString(CultureInfo.InvariantCulture), who);
            var activity = db.Activities.Add(new Activity
            {
                Kind = ActivityKind.Converted, Lead = lead, Client = client, Deal = deal, ActorId = who.UserId, ActorName = who.Name, At = db.Now,
                Summary = isNew ? $"made {lead.Name} a client with the deal {deal.Title}" : $"gave the client {client.Name} the deal {deal.Title}",
            }).Entity;
            finish = () => new Converted(new(lead.Id, lead.Version, lead.Name), from, rank, reason, new(deal.Id, deal.Version, deal.Title), new(client.Id, client.Version, client.Name), isNew, [.. tasks.Select(t => t.Id)], activity.Id);
            return null;
        });
        // Numbers and versions are there once it is saved.
        return refusal is null ? finish() : new Refused(refusal);
    }

    /// <summary>Who was quicker; null when nobody was.</summary>
    private async Task<string?> DoneByAsync(CrmDbContext db, Lead? lead)
    {
        if (lead is null)
        {
            var gone = await db.FindAnywhereAsync(ItemRef.Lead(Move.Id));
            var by = await db.Users.Where(u => gone != null && u.Id == gone.DeletedById).Select(u => u.Name).SingleOrDefaultAsync();
            return by is null ? "This lead is no longer there." : $"{by} has deleted this lead.";
        }
        if (await db.View.Deals.Where(d => d.LeadId == lead.Id).OrderByDescending(d => d.Id).FirstOrDefaultAsync() is not { } deal)
            return Gate.IsNarrow(db.Actor) && await db.Deals.AnyAsync(d => d.LeadId == lead.Id) ? "This lead has been converted already." : null;
        var done = await db.Activities.Where(a => a.DealId == deal.Id && a.Kind == ActivityKind.Converted).OrderByDescending(a => a.Id).Select(a => a.ActorName).FirstOrDefaultAsync();
        return done is null ? $"This lead has the deal {deal.Title} already." : $"{done} has converted this lead already, into the deal {deal.Title}.";
    }

    private async Task<Client> ClientAsync(CrmDbContext db, Lead lead, Actor who)
    {
        if (ClientId is { } chosen)
            return await db.View.Clients.SingleOrDefaultAsync(c => c.Id == chosen) ?? throw new RuleException("This client is no longer there. Choose again.");

        var seen = Seen ?? [];
        return await db.View.Clients.Where(c => c.Email == lead.Email && !seen.Contains(c.Id)).OrderBy(c => c.Id).FirstOrDefaultAsync() ?? db.Clients.Add(new Client
        {
            Name = ClientName.Trim(), Company = string.IsNullOrWhiteSpace(Company) ? null : Company.Trim(),
            Email = lead.Email, Phone = lead.Phone, Lead = lead, OwnerId = await OwnerAsync(db, lead, who), JoinedAt = db.Now,
        }).Entity;
    }

    /// <summary>The lead's, unless they have left.</summary>
    private static async Task<int?> OwnerAsync(CrmDbContext db, Lead lead, Actor who) =>
        lead.OwnerId is { } owner && await db.Users.Active().AnyAsync(u => u.Id == owner) ? owner : who.UserId;
}
