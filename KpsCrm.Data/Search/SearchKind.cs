using System.Linq.Expressions;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>A kind of record that can be sought, and how its documents are made.</summary>
/// <param name="Table">The records' table; the index is named after it.</param>
internal sealed record SearchKind(string Table, Func<CrmDbContext, int[], Task<List<SearchDocument>>> ReadAsync)
{
    public static readonly SearchKind Leads = new("leads", LeadsAsync);
    public static readonly SearchKind Clients = new("clients", ClientsAsync);
    public static readonly SearchKind Deals = new("deals", DealsAsync);

    public static IReadOnlyList<SearchKind> All { get; } = [Leads, Clients, Deals];

    public static SearchKind Of<T>() =>
        typeof(T) == typeof(Lead) ? Leads
        : typeof(T) == typeof(Client) ? Clients
        : typeof(T) == typeof(Deal) ? Deals
        : throw new NotSupportedException($"{typeof(T).Name} is not sought.");

    public string Index => Table + "_search";

    /// <summary>SQLite's second index, of the names alone.</summary>
    public string Names => Table + "_names";

    public string NumbersAfter => $"SELECT id AS \"Value\" FROM {Table} WHERE id > {{0}}";

    public Expression<Func<T, NamedRecord>> NameOf<T>() => (Expression<Func<T, NamedRecord>>)(LambdaExpression)(
        this == Leads ? (Expression<Func<Lead, NamedRecord>>)(l => new NamedRecord(l.Id, l.Name))
        : this == Clients ? (Expression<Func<Client, NamedRecord>>)(c => new NamedRecord(c.Id, c.Name))
        : (Expression<Func<Deal, NamedRecord>>)(d => new NamedRecord(d.Id, d.Title)));

    /// <summary>Also what lies in the recycle bin is read: it may come back, and no list shows it.</summary>
    private static async Task<List<SearchDocument>> LeadsAsync(CrmDbContext db, int[] ids)
    {
        var notes = await NotesAsync(NotesFor(db).Where(a => a.LeadId != null && EF.Parameter(ids).Contains(a.LeadId.Value)).Select(a => new Note { Activity = a, Record = a.LeadId!.Value }));
        var rows = await db.Leads.IgnoreQueryFilters().AsNoTracking().Where(l => EF.Parameter(ids).Contains(l.Id))
            .Select(l => new { l.Id, l.Name, l.Phone, l.Email, l.Company, l.Notes }).ToListAsync();
        return [.. rows.Select(l => SearchDocument.Of(l.Id, l.Name, l.Company, l.Phone, [l.Email, l.Notes, .. notes[l.Id]]))];
    }

    private static async Task<List<SearchDocument>> ClientsAsync(CrmDbContext db, int[] ids)
    {
        var notes = await NotesAsync(NotesFor(db).Where(a => a.ClientId != null && EF.Parameter(ids).Contains(a.ClientId.Value)).Select(a => new Note { Activity = a, Record = a.ClientId!.Value }));
        var rows = await db.Clients.IgnoreQueryFilters().AsNoTracking().Where(c => EF.Parameter(ids).Contains(c.Id))
            .Select(c => new { c.Id, c.Name, c.Phone, c.Email, c.Company, c.Notes }).ToListAsync();
        return [.. rows.Select(c => SearchDocument.Of(c.Id, c.Name, c.Company, c.Phone, [c.Email, c.Notes, .. notes[c.Id]]))];
    }

    /// <summary>A deal is also found by its client, or by its lead as long as there is no client.</summary>
    private static async Task<List<SearchDocument>> DealsAsync(CrmDbContext db, int[] ids)
    {
        var notes = await NotesAsync(NotesFor(db).Where(a => a.DealId != null && EF.Parameter(ids).Contains(a.DealId.Value)).Select(a => new Note { Activity = a, Record = a.DealId!.Value }));
        var rows = await db.Deals.IgnoreQueryFilters().AsNoTracking().Where(d => EF.Parameter(ids).Contains(d.Id))
            .Select(d => new { d.Id, d.Title, d.Description, d.LostNote, Client = d.Client!.Name, d.Client.Company, d.Client.Email, d.Client.Phone, Lead = d.Lead!.Name, LeadCompany = d.Lead.Company })
            .ToListAsync();
        return [.. rows.Select(d => SearchDocument.Of(d.Id, d.Title, d.Client is null ? d.LeadCompany : d.Company, d.Phone,
            [d.Client ?? d.Lead, d.Email, d.Description, d.LostNote, .. notes[d.Id]]))];
    }

    /// <summary>The clients whom the asker sees, but not all of their notes: those at a colleague's deal. Such words must find nothing, so these clients are compared without.</summary>
    public async Task<int[]> PartlySeenAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        if (this != Clients)
            return [];
        var seen = db.View.Activities;
        return await db.View.Clients.Where(c => db.Activities.Any(a => a.ClientId == c.Id && a.DealId != null && (a.Kind == ActivityKind.Note || a.Kind == ActivityKind.Call) && !seen.Any(s => s.Id == a.Id)))
            .Select(c => c.Id).ToArrayAsync(cancellationToken);
    }

    /// <summary>For the index, all; for somebody who does not see everything, those they see.</summary>
    private static IQueryable<Activity> NotesFor(CrmDbContext db) => Gate.IsNarrow(db.Actor) ? db.View.Activities : db.Activities;

    /// <summary>Notes and calls as they read now: without those that another replaces.</summary>
    private static async Task<ILookup<int, string>> NotesAsync(IQueryable<Note> notes)
    {
        var written = await notes.Where(n => n.Activity.Kind == ActivityKind.Note || n.Activity.Kind == ActivityKind.Call)
            .Select(n => new { n.Record, n.Activity.Id, n.Activity.ReplacesId, n.Activity.Summary, n.Activity.Detail }).AsNoTracking().ToListAsync();
        var replaced = written.Select(n => n.ReplacesId).ToHashSet();
        return written.Where(n => !replaced.Contains(n.Id)).SelectMany(n => SearchDocument.TextsOf(n.Detail).Prepend(n.Summary).Select(text => (n.Record, text))).ToLookup(n => n.Record, n => n.text);
    }

    private sealed class Note
    {
        public required Activity Activity { get; init; }
        public int Record { get; init; }
    }
}

internal sealed record NamedRecord(int Id, string Name);
