using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Recycling;

public sealed record BinnedRow
{
    public required ItemKind Kind { get; init; }
    public required int Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Null when the person is gone.</summary>
    public string? DeletedBy { get; init; }

    public int? DeletedById { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime DeletedAt { get; init; }

    public ItemRef Item => new(Kind, Id);

    /// <summary>"today", "in 3 days".</summary>
    public string GoneWhen(DateTime now, int binDays) => Math.Ceiling((DeletedAt.AddDays(binDays) - now).TotalDays) switch
    {
        <= 1 => "within a day",
        var days => $"in {Words.Count((int)days, "day")}",
    };
}

/// <summary>What lies in the recycle bin.</summary>
public static class Binned
{
    public const Topics Of = Topics.Leads | Topics.Clients | Topics.Deals | Topics.Tasks | Topics.Files | Topics.Users;

    public static IQueryable<BinnedRow> Rows(CrmView view, ItemKind kind) => kind switch
    {
        ItemKind.Lead => view.BinnedLeads.Select(l => new BinnedRow
        {
            Kind = ItemKind.Lead, Id = l.Id, Name = l.Name, DeletedAt = l.DeletedAt!.Value, DeletedById = l.DeletedById,
            DeletedBy = view.People.Where(u => u.Id == l.DeletedById).Select(u => u.Name).FirstOrDefault(),
        }),
        ItemKind.Client => view.BinnedClients.Select(c => new BinnedRow
        {
            Kind = ItemKind.Client, Id = c.Id, Name = c.Name, DeletedAt = c.DeletedAt!.Value, DeletedById = c.DeletedById,
            DeletedBy = view.People.Where(u => u.Id == c.DeletedById).Select(u => u.Name).FirstOrDefault(),
        }),
        ItemKind.Deal => view.BinnedDeals.Select(d => new BinnedRow
        {
            Kind = ItemKind.Deal, Id = d.Id, Name = d.Title, DeletedAt = d.DeletedAt!.Value, DeletedById = d.DeletedById,
            DeletedBy = view.People.Where(u => u.Id == d.DeletedById).Select(u => u.Name).FirstOrDefault(),
        }),
        ItemKind.Task => view.BinnedTasks.Select(t => new BinnedRow
        {
            Kind = ItemKind.Task, Id = t.Id, Name = t.Title, DeletedAt = t.DeletedAt!.Value, DeletedById = t.DeletedById,
            DeletedBy = view.People.Where(u => u.Id == t.DeletedById).Select(u => u.Name).FirstOrDefault(),
        }),
        _ => view.BinnedFiles.Select(f => new BinnedRow
        {
            Kind = ItemKind.File, Id = f.Id, Name = f.Name, DeletedAt = f.DeletedAt!.Value, DeletedById = f.DeletedById,
            DeletedBy = view.People.Where(u => u.Id == f.DeletedById).Select(u => u.Name).FirstOrDefault(),
        }),
    };
}

/// <summary>One thing in the recycle bin; null when it isn't there.</summary>
public sealed record BinnedQuestion(ItemRef Item) : IQuestion<BinnedRow?>
{
    public Topics Of => Binned.Of;

    public Task<BinnedRow?> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        Binned.Rows(view, Item.Kind).Where(r => r.Id == Item.Id).FirstOrDefaultAsync(cancellationToken);
}

/// <param name="FromLead">A lead that became a client or deal, which stay.</param>
public sealed record GoesAlong(string Name, int Deals, int Tasks, int Files, bool FromLead)
{
    /// <summary>"Delete Acme and its 3 deals? They can be brought back for 30 days."</summary>
    public string Question(int binDays)
    {
        string[] parts = [.. new[] { Deals == 0 ? null : Words.Count(Deals, "deal"), Tasks == 0 ? null : Words.Count(Tasks, "task"), Files == 0 ? null : Words.Count(Files, "file") }.OfType<string>()];
        var along = parts switch { [] => "", [var one] => $" and its {one}", [.. var first, var last] => $", its {string.Join(", ", first)} and {last}" };
        return $"Delete {Name}{along}? {(parts.Length == 0 ? "It" : "They")} can be brought back for {Words.Count(binDays, "day")}.{(FromLead ? " The client and deal that came from this lead stay." : "")}";
    }
}

/// <summary>What a deletion would take along; null when the record is not there.</summary>
public sealed record GoesAlongQuestion(ItemRef Item) : IQuestion<GoesAlong?>
{
    public Topics Of => Binned.Of;

    public async Task<GoesAlong?> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var id = Item.Id;
        return Item.Kind switch
        {
            ItemKind.Lead => await view.Leads.Where(l => l.Id == id).Select(l => new GoesAlong(l.Name, 0, view.Tasks.Count(t => t.LeadId == id), view.Attachments.Count(f => f.LeadId == id),
                view.Clients.Any(c => c.LeadId == id) || view.Deals.Any(d => d.LeadId == id))).FirstOrDefaultAsync(cancellationToken),
            ItemKind.Client => await view.Clients.Where(c => c.Id == id).Select(c => new GoesAlong(c.Name, view.Deals.Count(d => d.ClientId == id), view.Tasks.Count(t => t.ClientId == id || t.Deal!.ClientId == id),
                view.Attachments.Count(f => f.ClientId == id || f.Deal!.ClientId == id), false)).FirstOrDefaultAsync(cancellationToken),
            ItemKind.Deal => await view.Deals.Where(d => d.Id == id).Select(d => new GoesAlong(d.Title, 0, view.Tasks.Count(t => t.DealId == id), view.Attachments.Count(f => f.DealId == id), false)).FirstOrDefaultAsync(cancellationToken),
            ItemKind.Task => await view.Tasks.Where(t => t.Id == id).Select(t => new GoesAlong(t.Title, 0, 0, 0, false)).FirstOrDefaultAsync(cancellationToken),
            _ => await view.Attachments.Where(f => f.Id == id).Select(f => new GoesAlong(f.Name, 0, 0, 0, false)).FirstOrDefaultAsync(cancellationToken),
        };
    }
}
