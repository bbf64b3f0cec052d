using System.Globalization;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>A client's lifetime value is what it brought along plus its won deals.</summary>
internal sealed class LifetimeCheck(CrmStore store) : IDataCheck
{
    private const int PerWrite = 100;

    private const string Sql = """
        SELECT id, total_value_cents, elsewhere_cents + won FROM (
            SELECT c.id, c.total_value_cents, c.elsewhere_cents, coalesce(w.cents, 0) AS won FROM clients c
            LEFT JOIN (SELECT client_id, sum(amount_cents) AS cents FROM deals WHERE status = 'closed_won' AND deleted_at IS NULL GROUP BY client_id) w ON w.client_id = c.id) AS sums
        WHERE total_value_cents <> elsewhere_cents + won ORDER BY id
        """;

    public string Name => "Lifetime values";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await foreach (var row in run.RowsAsync(Sql, cancellationToken))
            run.Tell(Gravity.Wrong, $"Client {CheckRun.Text(row, 0)} has the lifetime value {Money(row, 1)}; what was brought along and the won deals make {Money(row, 2)}.", "clients", row.GetValue(0), mends: true);
    }

    private static string Money(System.Data.Common.DbDataReader row, int column) => (Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture) / 100m).ToString("$#,0.00;-$#,0.00", CultureInfo.InvariantCulture);

    public async Task<IReadOnlyList<string>> RepairAsync(Actor who, CancellationToken cancellationToken)
    {
        var ids = await store.ReadAsync(Actor.System, view => view.Db.Database.SqlQueryRaw<int>($"SELECT id AS \"Value\" FROM ({Sql}) AS wrong").ToListAsync(cancellationToken), cancellationToken);
        var mended = 0;
        foreach (var slice in ids.Chunk(PerWrite))
            mended += await store.WriteAsync(who, db => RepairAsync(db, slice, cancellationToken), cancellationToken);
        return mended == 0 ? [] : [mended == 1 ? "One client's lifetime value was reckoned anew." : $"The lifetime values of {mended} clients were reckoned anew."];
    }

    private static async Task<int> RepairAsync(CrmDbContext db, int[] ids, CancellationToken cancellationToken)
    {
        var rows = await db.Clients.IgnoreQueryFilters().Where(c => ids.Contains(c.Id))
            .Select(c => new { c.Id, Was = c.TotalValueCents, Is = c.ElsewhereCents + db.Deals.Where(d => d.ClientId == c.Id && d.Stage == DealStage.ClosedWon && d.DeletedAt == null).Sum(d => d.AmountCents) })
            .Where(c => c.Was != c.Is).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            await db.Clients.IgnoreQueryFilters().Where(c => c.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.TotalValueCents, row.Is).SetProperty(c => c.Version, c => c.Version + 1), cancellationToken);
            db.Changed(Topics.Clients, row.Id);
            db.Audit(SecurityEvents.Repaired, $"clients/{row.Id}", new { totalValueCentsBefore = row.Was, totalValueCents = row.Is });
        }
        return rows.Count;
    }
}
