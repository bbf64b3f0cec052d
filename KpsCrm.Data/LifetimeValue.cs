using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data;

/// <summary>A client's lifetime value = value brought from elsewhere + its won deals, kept equal in the save that changes either.</summary>
internal static class LifetimeValue
{
    public static async Task ApplyAsync(CrmDbContext db, CancellationToken ct)
    {
        foreach (var client in db.ChangeTracker.Entries<Client>().Where(e => e.State is EntityState.Added or EntityState.Modified))
        {
            var before = client.State == EntityState.Added ? 0 : client.OriginalValues.GetValue<long>(nameof(Client.ElsewhereCents));
            client.Entity.TotalValueCents += client.Entity.ElsewhereCents - before;
        }

        foreach (var deal in db.ChangeTracker.Entries<Deal>().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToList())
        {
            var (oldClient, oldWon) = deal.State == EntityState.Added ? (null, 0L) : WonFor(deal.OriginalValues.GetValue<int?>(nameof(Deal.ClientId)),
                deal.OriginalValues.GetValue<DealStage>(nameof(Deal.Stage)), deal.OriginalValues.GetValue<long>(nameof(Deal.AmountCents)), deal.OriginalValues.GetValue<DateTime?>(nameof(Deal.DeletedAt)));
            var (newClient, newWon) = deal.State == EntityState.Deleted ? (null, 0L) : WonFor(deal.Entity.ClientId, deal.Entity.Stage, deal.Entity.AmountCents, deal.Entity.DeletedAt);
            if (oldClient == newClient && oldWon == newWon && deal.State != EntityState.Added)
                continue;

            if (oldWon != 0 && await ClientAsync(db, oldClient, ct) is { } loses)
                loses.TotalValueCents -= oldWon;
            if (newWon != 0 && (deal.Entity.Client ?? await ClientAsync(db, newClient, ct)) is { } gains)
                gains.TotalValueCents += newWon;
        }
    }

    /// <summary>After statements that bypass the save: sets the clients right whose value no longer is.</summary>
    public static Task<int> RecomputeAsync(CrmDbContext db, CancellationToken ct) => db.Clients.IgnoreQueryFilters()
        .Where(c => c.TotalValueCents != c.ElsewhereCents + db.Deals.Where(d => d.ClientId == c.Id && d.Stage == DealStage.ClosedWon && d.DeletedAt == null).Sum(d => d.AmountCents))
        .ExecuteUpdateAsync(set => set
            .SetProperty(c => c.TotalValueCents, c => c.ElsewhereCents + db.Deals.Where(d => d.ClientId == c.Id && d.Stage == DealStage.ClosedWon && d.DeletedAt == null).Sum(d => d.AmountCents))
            .SetProperty(c => c.Version, c => c.Version + 1), ct);

    /// <summary>Also from the recycle bin, where its value goes on being right.</summary>
    private static async Task<Client?> ClientAsync(CrmDbContext db, int? id, CancellationToken ct) =>
        db.Clients.Local.FirstOrDefault(c => c.Id == id) ?? await db.Clients.IgnoreQueryFilters([ColumnSets.Bin]).SingleOrDefaultAsync(c => c.Id == id, ct);

    /// <summary>A deal in the recycle bin counts for nothing until it is restored.</summary>
    private static (int? Client, long Cents) WonFor(int? client, DealStage stage, long cents, DateTime? deletedAt) => (client, stage == DealStage.ClosedWon && deletedAt is null ? cents : 0);
}
