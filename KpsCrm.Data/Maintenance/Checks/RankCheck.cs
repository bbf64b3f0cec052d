using System.ComponentModel.DataAnnotations.Schema;
using System.Globalization;
using System.Text.RegularExpressions;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>
/// The cards of a board's column have places that can be ordered, and between which others fit. Cards written by hand share a place and stand by
/// number; that is no fault, but a repair takes them apart too. The order that people see stays as it is.
/// </summary>
internal sealed partial class RankCheck(CrmStore store) : IDataCheck
{
    private const int PerWrite = 100;
    private static readonly (string Table, Topics Topic)[] Boards = [("leads", Topics.Leads), ("deals", Topics.Deals)];

    public string Name => "Order on the boards";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var malformed = run.IsSqlite ? "rank = '' OR rank GLOB '*[^0-9a-z]*' OR substr(rank, -1) = '0'" : "rank !~ '^[0-9a-z]*[1-9a-z]$'";
        foreach (var (table, _) in Boards)
        {
            await foreach (var row in run.RowsAsync($"SELECT id, rank FROM {table} WHERE {malformed} ORDER BY id", cancellationToken))
                run.Tell(Gravity.Wrong, CheckRun.Text(row, 1) is { Length: > 0 } rank ? $"{table} {CheckRun.Text(row, 0)} has the place '{rank}' on the board, beside which nothing can be put." : $"{table} {CheckRun.Text(row, 0)} has no place on the board.", table, row.GetValue(0), mends: true);
            await foreach (var row in run.RowsAsync($"SELECT status, sum(cards) FROM (SELECT status, count(*) AS cards FROM {table} WHERE deleted_at IS NULL GROUP BY status, rank HAVING count(*) > 1) AS shared GROUP BY status ORDER BY status", cancellationToken))
                run.Tell(Gravity.Note, $"In the column {CheckRun.Text(row, 0)} of the {table}, {CheckRun.Text(row, 1)} cards share their place with another and stand by number.", table, mends: true);
        }
    }

    public async Task<IReadOnlyList<string>> RepairAsync(Actor who, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var (table, topic) in Boards)
        {
            var sql = $"SELECT id, status, rank, CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END AS bin FROM {table} ORDER BY status, rank, id";
            var rows = await store.ReadAsync(Actor.System, view => view.Db.Database.SqlQueryRaw<Card>(sql).ToListAsync(cancellationToken), cancellationToken);
            // What lies in the recycle bin has a place of its own to come back to: it stands in nobody's way.
            var placed = rows.GroupBy(r => (r.Status, r.Bin)).SelectMany(column => TakeApart([.. column], sharing: column.Key.Bin == 0)).ToList();
            foreach (var slice in placed.Chunk(PerWrite))
                await store.WriteAsync(who, db => PlaceAsync(db, table, topic, slice), cancellationToken);
            if (placed.Count > 0)
                done.Add(placed.Count == 1 ? $"One card of the {table} got a place of its own; the order stayed as it was." : $"{placed.Count.ToString("N0", CultureInfo.InvariantCulture)} cards of the {table} got places of their own; the order stayed as it was.");
        }
        return done;
    }

    /// <summary>New places for the cards whose own can't stay, between those that can.</summary>
    /// <param name="column">In the order in which it is seen.</param>
    private static IEnumerable<(Card Card, string Rank)> TakeApart(IReadOnlyList<Card> column, bool sharing)
    {
        var waiting = new List<Card>();
        string? last = null;
        foreach (var card in column)
        {
            if (!WellFormed().IsMatch(card.Rank) || (sharing && last is not null && string.CompareOrdinal(card.Rank, last) <= 0))
            {
                waiting.Add(card);
                continue;
            }
            foreach (var placed in waiting.Zip(Rank.Spread(last, card.Rank == last ? null : card.Rank, waiting.Count)))
                yield return placed;
            waiting.Clear();
            last = card.Rank;
        }
        foreach (var placed in waiting.Zip(Rank.Spread(last, null, waiting.Count)))
            yield return placed;
    }

    /// <summary>Whoever moved a card meanwhile has the last word.</summary>
    private static async Task PlaceAsync(CrmDbContext db, string table, Topics topic, (Card Card, string Rank)[] slice)
    {
        var sql = $"UPDATE {table} SET rank = {{0}}, version = version + 1 WHERE id = {{1}} AND rank = {{2}} AND status = {{3}}";
        foreach (var (card, rank) in slice)
        {
            if (await db.Database.ExecuteSqlRawAsync(sql, rank, card.Id, card.Rank, card.Status) > 0)
                db.Changed(topic, card.Id);
        }
        db.Audit(SecurityEvents.Repaired, table, new { ranks = slice.ToDictionary(s => s.Card.Id, s => $"{s.Card.Rank} → {s.Rank}") });
    }

    [GeneratedRegex("^[0-9a-z]*[1-9a-z]$")]
    private static partial Regex WellFormed();

    private sealed record Card([property: Column("id")] int Id, [property: Column("status")] string Status, [property: Column("rank")] string Rank, [property: Column("bin")] int Bin);
}
