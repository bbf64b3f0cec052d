using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Recycling;

public abstract record RestoreResult;

/// <param name="Remark">What the person should know besides; null for nothing.</param>
public sealed record Restored(ItemRef Item, string Name, int Deals, int Tasks, string? Remark) : RestoreResult
{
    public string Sentence => $"{Name}{Along.Words(Deals, Tasks, ", with ")} is back.{(Remark is null ? "" : " " + Remark)}";
}

/// <summary>Nothing was restored: what it belongs to lies in the bin too. Asked again with <see cref="RestoreRecord.WithOwner"/>, both come back.</summary>
public sealed record NeedsOwner(ItemRef Owner, string Name, string OwnerName) : RestoreResult
{
    public string Question => $"{Name} belongs to the {Owner.Noun} {OwnerName}, which is in the recycle bin too. Bring back both?";
}

/// <summary>Brings back what lies in the recycle bin, with all that went there at the same moment; what was deleted before stays deleted. In one save.</summary>
public sealed record RestoreRecord(ItemRef Item, bool WithOwner = false)
{
    public Task<RestoreResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            await db.HoldAsync(RecycleBin.Turn);
            var row = await db.FindAnywhereAsync(Item) ?? throw new RuleException($"This {Item.Noun} is gone for good.");
            if (row.DeletedAt is null)
                throw new RuleException($"{RecycleBin.NameOf(row)} has been brought back already.");

            var owners = await BinnedOwnersAsync(db, row);
            if (owners is [var (owner, missing), ..] && !WithOwner)
                return new NeedsOwner(owner, RecycleBin.NameOf(row), RecycleBin.NameOf(missing));

            foreach (var (item, above) in owners.Reverse<(ItemRef, IRecyclable)>())
                await BringBackAsync(db, item, above, who);
            return await BringBackAsync(db, Item, row, who);
        }));
    }

    private static async Task<RestoreResult> BringBackAsync(CrmDbContext db, ItemRef item, IRecyclable row, Actor who)
    {
        // With its client a deal is back before its own turn comes.
        var along = row.DeletedAt is null ? [] : await RecycleBin.BinnedWithAsync(db, row);
        var restored = new Restored(item, RecycleBin.NameOf(row), along.OfType<Deal>().Count(), along.OfType<TaskItem>().Count(), await RemarkAsync(db, row));
        if (row.DeletedAt is null)
            return restored;

        row.TakeFromBin();
        db.Activities.Add(RecycleBin.Activity(row, row is Attachment ? ActivityKind.File : ActivityKind.Restored, row switch
        {
            TaskItem => $"brought back the task: {restored.Name}",
            Attachment => $"brought back the file {restored.Name}",
            _ => $"brought back the {item.Noun}{Along.Words(restored.Deals, restored.Tasks, " with ")}",
        }, who, db.Now));
        foreach (var other in along)
        {
            other.TakeFromBin();
            if (other is Deal)
                db.Activities.Add(RecycleBin.Activity(other, ActivityKind.Restored, "brought back the deal with its client", who, db.Now));
        }
        return restored;
    }

    /// <summary>What it belongs to and lies in the bin as well, the nearest first.</summary>
    private static async Task<List<(ItemRef Item, IRecyclable Row)>> BinnedOwnersAsync(CrmDbContext db, IRecyclable row)
    {
        var found = new List<(ItemRef, IRecyclable)>();
        for (var owner = RecycleBin.OwnerOf(row); owner is { } item && await db.FindAnywhereAsync(item) is { } above; owner = RecycleBin.OwnerOf(above))
        {
            if (above.DeletedAt is not null)
                found.Add((item, above));
        }
        // Out of sight, since a deal in the bin shows nobody its client.
        if (row is Deal { ClientId: { } client } && found.Count == 0 && await db.Clients.IgnoreQueryFilters([ColumnSets.Bin]).AnyAsync(c => c.Id == client && c.DeletedAt != null))
            throw new RuleException("Its client lies in the recycle bin, too, and isn't yours. Ask an admin to bring both back.");
        return found;
    }

    private static async Task<string?> RemarkAsync(CrmDbContext db, IRecyclable row) =>
        row is Client client && await db.View.Clients.Where(c => c.Email == client.Email && c.Id != client.Id).Select(c => c.Name).FirstOrDefaultAsync() is { } twin
            ? $"{twin} has the same e-mail address."
            : null;
}
