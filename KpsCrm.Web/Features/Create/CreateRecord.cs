using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Create;

/// <summary>What became of it.</summary>
public abstract record CreateResult;

/// <param name="Title">Its name or title.</param>
/// <param name="Made">What goes when it is taken back: the record, or the client that was made with it, which takes its deal along.</param>
public sealed record Created(RecordRef Record, string Title, ItemRef Made) : CreateResult;

/// <summary>Nothing was written: something has to be mended.</summary>
public sealed record Unfinished(IReadOnlyList<Problem> Problems) : CreateResult;

/// <summary>
/// Adds a lead, client or deal from what a person typed: one save, the row and its activity; a deal may bring its new client along.
/// No analytics event: those tell what visitors do on the site, and this one came by another way.
/// </summary>
/// <param name="Typed">By the keys of <see cref="Fields"/>, and <see cref="Stage"/>; a new client of a deal under <see cref="OfClient"/>. What is left out or blank gets its default.</param>
/// <param name="RequestId">The same request, sent twice (the answer was lost on its way), is done once.</param>
public sealed record CreateRecord(RecordKind Kind, IReadOnlyDictionary<string, string> Typed, string RequestId)
{
    public const string Stage = "stage";

    /// <summary>The value of a deal's field <c>client</c> when its client is made with it.</summary>
    public const string NewClient = "new";

    private const int Attempts = 3;

    /// <summary>These may stay blank in a new record: value and priority are estimated as the public form's are, probability follows the stage.</summary>
    private static readonly string[] MayBeBlank = ["value", "priority", "elsewhere", "status", "probability"];

    /// <summary><c>name</c> → <c>client.name</c></summary>
    public static string OfClient(string key) => "client." + key;

    private bool HasNewClient => Kind == RecordKind.Deal && Typed.GetValueOrDefault("client") == NewClient;

    public async Task<CreateResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        var problems = new List<Problem>();
        var values = Read(Kind, key => key, problems);
        var ofClient = HasNewClient ? Read(RecordKind.Client, OfClient, problems) : null;
        if (problems.Count > 0)
            return new Unfinished(problems);

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteAsync(store, who, values, ofClient);
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
                // Its twin was quicker, or a neighbour on the board moved: the second look finds out.
            }
        }
    }

    private List<(Field Field, string? Value)> Read(RecordKind kind, Func<string, string> keyOf, List<Problem> problems)
    {
        var values = new List<(Field, string?)>();
        foreach (var field in Fields.Of(kind))
        {
            var typed = Typed.GetValueOrDefault(keyOf(field.Key));
            if (string.IsNullOrWhiteSpace(typed) && MayBeBlank.Contains(field.Key) || HasNewClient && keyOf(field.Key) == "client")
                continue;
            var (value, problem) = field.Read(typed);
            if (problem is not null)
                problems.Add(new(keyOf(field.Key), problem));
            else
                values.Add((field, value));
        }
        return values;
    }

    private async Task<CreateResult> WriteAsync(CrmStore store, Actor who, List<(Field, string?)> values, List<(Field, string?)>? ofClient)
    {
        var row = default(IEditable);
        var result = await store.WriteAsync<CreateResult?>(who, async db =>
        {
            if (await db.Activities.Where(a => a.RequestId == RequestId).Select(a => Kind == RecordKind.Lead ? a.LeadId : Kind == RecordKind.Client ? a.ClientId : a.DealId).FirstOrDefaultAsync() is { } done
                && await new RecordRef(Kind, done).FindWhoseverAsync(db) is { } earlier)
                return Done(earlier);
            if (await CheckAsync(db, values) is { Count: > 0 } problems)
                return new Unfinished(problems);

            row = await NewRowAsync(db, values);
            if (row is Deal deal && ofClient is not null)
            {
                deal.Client = New(new Client { Name = "", Email = "", JoinedAt = db.Now }, ofClient);
                deal.Client.OwnerId = deal.OwnerId;
                await AddAsync(db, deal.Client, who, requestId: null);
            }
            await AddAsync(db, row, who, RequestId);
            return null;
        });
        return result ?? Done(row!);
    }

    private Created Done(IEditable row) => new(new(Kind, row.Id), TitleOf(row), HasNewClient && ((Deal)row).ClientId is { } client ? ItemRef.Client(client) : new(Enum.Parse<ItemKind>(Kind.ToString()), row.Id));

    private static async Task<List<Problem>> CheckAsync(CrmDbContext db, List<(Field Field, string? Value)> values)
    {
        var problems = new List<Problem>();
        foreach (var (field, value) in values.Where(v => v.Value is not null))
        {
            if (field.Kind == FieldKind.Person && int.Parse(value!, CultureInfo.InvariantCulture) is var person && !await db.Users.Active().AnyAsync(u => u.Id == person))
                problems.Add(new(field.Key, "Choose a colleague from the list."));
            if (field.Kind == FieldKind.Client && int.Parse(value!, CultureInfo.InvariantCulture) is var client && !await db.View.Clients.AnyAsync(c => c.Id == client))
                problems.Add(new(field.Key, "This client is no longer there. Choose another one."));
        }
        return problems;
    }

    private async Task<IEditable> NewRowAsync(CrmDbContext db, List<(Field, string?)> values)
    {
        switch (Kind)
        {
            case RecordKind.Lead:
                var status = Columns.TryParse<LeadStatus>(Typed.GetValueOrDefault(Stage), out var s) ? s : LeadStatus.New;
                var place = await Place.Top.RankAsync(db.Leads.Where(l => l.Status == status), (l, r) => l.PlaceAt(r));
                var lead = New(new Lead { Name = "", Email = "", CreatedAt = db.Now }.StartIn(status, place), values);
                lead.Country ??= "US";
                if (Blank("value"))
                    lead.ValueCents = LeadValue.EstimateCents(lead.Service, lead.BudgetRange, lead.BudgetCents);
                if (Blank("priority"))
                    lead.Priority = LeadValue.PriorityFor(lead.BudgetRange, lead.BudgetCents);
                return lead;
            case RecordKind.Client:
                return New(new Client { Name = "", Email = "", JoinedAt = db.Now }, values);
            default:
                var stage = Columns.TryParse<DealStage>(Typed.GetValueOrDefault(Stage), out var d) ? d : DealStage.Proposal;
                var rank = await Place.Top.RankAsync(db.Deals.Where(d => d.Stage == stage), (d, r) => d.PlaceAt(r));
                return New(new Deal { Title = "", CreatedAt = db.Now }.StartIn(stage, rank, db.Now), values);
        }
    }

    private bool Blank(string key) => string.IsNullOrWhiteSpace(Typed.GetValueOrDefault(key));

    private static T New<T>(T row, List<(Field Field, string? Value)> values) where T : IEditable
    {
        foreach (var (field, value) in values)
            field.Set(row, value);
        return row;
    }

    private static async Task AddAsync(CrmDbContext db, IEditable row, Actor who, string? requestId)
    {
        var (kind, owner) = row switch { Lead l => (RecordKind.Lead, l.OwnerId), Client c => (RecordKind.Client, c.OwnerId), _ => (RecordKind.Deal, ((Deal)row).OwnerId) };
        db.Add(row);
        db.Activities.Add(new Activity
        {
            Kind = ActivityKind.Created,
            Lead = row as Lead,
            Client = row as Client ?? (row as Deal)?.Client,
            ClientId = (row as Deal)?.ClientId,
            Deal = row as Deal,
            ActorId = who.UserId,
            ActorName = who.Name,
            Summary = $"added the {Columns.Word(kind)}",
            RequestId = requestId,
            At = db.Now,
        });
        if (owner is null || owner == who.UserId)
            return;
        // Whoever is told needs the record's number.
        await db.SaveChangesAsync();
        await Ownership.ChangedAsync(db, row, null, owner.Value.ToString(CultureInfo.InvariantCulture), who);
    }

    private static string TitleOf(IEditable row) => row switch { Lead l => l.Name, Client c => c.Name, _ => ((Deal)row).Title };
}
