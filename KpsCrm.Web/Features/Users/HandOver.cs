using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

/// <summary>How much a person owns.</summary>
/// <param name="Tasks">Open ones.</param>
public sealed record Belongings(int Leads, int Clients, int Deals, int Tasks)
{
    public static Belongings None { get; } = new(0, 0, 0, 0);

    public bool IsEmpty => Leads + Clients + Deals + Tasks == 0;

    /// <summary>"12 leads, 5 clients and 3 open tasks"; "nothing".</summary>
    public string Sentence => new[] { Of(Leads, "lead"), Of(Clients, "client"), Of(Deals, "deal"), Of(Tasks, "open task") }.OfType<string>().ToArray() switch
    {
        [] => "nothing",
        [var one] => one,
        [.. var first, var last] => $"{string.Join(", ", first)} and {last}",
    };

    private static string? Of(int count, string one) => count == 0 ? null : Shared.Words.Count(count, one);
}

/// <summary>What was handed over.</summary>
/// <param name="Back">Takes it back: these records alone, and not what has gone on to somebody else since.</param>
public sealed record Handed(Belongings All, HandOver Back);

/// <summary>
/// All that one person owns goes to another in one save: leads, clients and deals, those in the recycle bin included, and open tasks. Each record's
/// history says so; the receiver's bell rings once.
/// </summary>
public sealed record HandOver(int From, int To)
{
    /// <summary>Of a way back, these ids; else whatever there is.</summary>
    private (int[] Leads, int[] Clients, int[] Deals, int[] Tasks)? Only { get; init; }

    /// <exception cref="RuleException">The receiver can't take it.</exception>
    public Task<Handed> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Admin);
        return Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            await db.HoldAccountsAsync(who);
            return await ApplyAsync(db, who);
        }));
    }

    /// <summary>Within a save that does more, and holds the accounts.</summary>
    internal async Task<Handed> ApplyAsync(CrmDbContext db, Actor who)
    {
        var from = await db.AccountAsync(From);
        var to = await db.AccountAsync(To);
        if (from.Id == to.Id)
            throw new RuleException("Choose someone else to hand it over to.");
        if (!to.IsActive)
            throw new RuleException($"{to.Name} can't sign in at present. Choose someone else.");

        var leads = await OwnedAsync(db.Leads, Only?.Leads);
        var clients = await OwnedAsync(db.Clients, Only?.Clients);
        var deals = await OwnedAsync(db.Deals, Only?.Deals);
        var tasks = await OwnedAsync(db.Tasks.Where(t => t.DoneAt == null), Only?.Tasks);
        foreach (var lead in leads)
            Give(db, lead, () => lead.OwnerId = To, from, to, who);
        foreach (var client in clients)
            Give(db, client, () => client.OwnerId = To, from, to, who);
        foreach (var deal in deals)
            Give(db, deal, () => deal.OwnerId = To, from, to, who);
        foreach (var task in tasks)
        {
            task.OwnerId = To;
            if (RecordRef.Of(task) is not null)
                db.Activities.Add(Activity.OfTask(task, $"handed over from {from.Name} to {to.Name}: {task.Title}", who, db.Now));
        }

        var all = new Belongings(leads.Count, clients.Count, deals.Count, tasks.Count);
        var handed = new Handed(all, new(To, From) { Only = (Ids(leads), Ids(clients), Ids(deals), Ids(tasks)) });
        if (all.IsEmpty)
            return handed;
        await db.RingAsync([To], NotificationKind.Assigned, $"{who.Name} gave you what {from.Name} had: {all.Sentence}");
        db.Audit(SecurityEvents.HandedOver, $"users/{From}", new { from = from.Name, to = to.Name, all.Leads, all.Clients, all.Deals, all.Tasks }, SecuritySeverity.Warning);
        return handed;
    }

    private Task<List<T>> OwnedAsync<T>(IQueryable<T> rows, int[]? only) where T : class, IVersioned, IOwned
    {
        rows = rows.IgnoreQueryFilters([ColumnSets.Bin]).Where(r => r.OwnerId == From);
        // Thousands are one parameter.
        return (only is null ? rows : rows.Where(r => EF.Parameter(only).Contains(r.Id))).ToListAsync();
    }

    private static int[] Ids(IEnumerable<IVersioned> rows) => [.. rows.Select(r => r.Id)];

    private static void Give(CrmDbContext db, IEditable record, Action give, User from, User to, Actor who)
    {
        give();
        db.Activities.Add(new Activity
        {
            Kind = ActivityKind.Edited,
            Lead = record as Lead,
            Client = record as Client,
            Deal = record as Deal,
            ClientId = (record as Deal)?.ClientId,
            ActorId = who.UserId,
            ActorName = who.Name,
            Summary = $"handed over from {from.Name} to {to.Name}",
            Detail = FieldEdit.ToJson([new("owner", from.Name, to.Name)]),
            At = db.Now,
            IsSample = record is Lead { IsSample: true } or Client { IsSample: true } or Deal { IsSample: true },
        });
    }
}
