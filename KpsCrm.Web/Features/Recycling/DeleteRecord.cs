using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;

namespace KpsCrm.Web.Features.Recycling;

/// <param name="Name">What is in the bin now.</param>
/// <param name="Deals">How many deals went along.</param>
/// <param name="Tasks">How many tasks went along.</param>
public sealed record Deleted(ItemRef Item, string Name, int Deals, int Tasks)
{
    public string Sentence => $"{Name}{Along.Words(Deals, Tasks, ", ")} moved to the recycle bin.";
}

/// <summary>
/// Moves a lead, client, deal, task or file to the recycle bin, in one save: a client with its deals, each record with its tasks. Whoever may change a record and has the
/// right to delete may: nothing is lost, and who may change it may bring it back. A lead's client and deal stay.
/// </summary>
public sealed record DeleteRecord(ItemRef Item)
{
    public Task<Deleted> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            await db.HoldAsync(RecycleBin.Turn);
            if (await db.FindAnywhereAsync(Item) is not { DeletedAt: null } row)
                throw new RuleException($"This {Item.Noun} is no longer there.");

            var along = await RecycleBin.InUseWithAsync(db, row);
            if (along.OfType<Deal>().Any(d => !Gate.MayChange(db.Actor, d.OwnerId)))
                throw new RuleException("This client has deals of colleagues, which would go with it. Ask an admin to delete it.");
            var at = await RecycleBin.MomentAsync(db, row);
            var deleted = new Deleted(Item, RecycleBin.NameOf(row), along.OfType<Deal>().Count(), along.OfType<TaskItem>().Count());
            row.MoveToBin(who, at);
            db.Activities.Add(RecycleBin.Activity(row, row is Attachment ? ActivityKind.File : ActivityKind.Deleted, Summary(row, deleted), who, db.Now));
            foreach (var other in along)
            {
                other.MoveToBin(who, at);
                if (other is Deal)
                    db.Activities.Add(RecycleBin.Activity(other, ActivityKind.Deleted, "deleted the deal with its client", who, db.Now));
            }
            return deleted;
        }));
    }

    private static string Summary(IRecyclable row, Deleted deleted) => row switch
    {
        TaskItem => $"deleted the task: {deleted.Name}",
        Attachment => $"removed the file {deleted.Name}",
        _ => $"deleted the {deleted.Item.Noun}{Along.Words(deleted.Deals, deleted.Tasks, " with ")}",
    };
}

internal static class Along
{
    /// <summary>" with 3 deals and 2 tasks"; empty for none.</summary>
    public static string Words(int deals, int tasks, string lead) =>
        string.Join(" and ", new[] { deals == 0 ? null : Shared.Words.Count(deals, "deal"), tasks == 0 ? null : Shared.Words.Count(tasks, "task") }.OfType<string>()) is { Length: > 0 } words ? lead + words : "";
}
