using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>The figures of the older system's dashboard, and the money beside them: by its own formulas on its file, by this program's columns on the new one.</summary>
internal static class AdoptionFigures
{
    private const string Now = "$now";

    private static readonly (string Name, string Table, string[] Columns, string Before, string After)[] All =
    [
        ("total leads", "leads", [], "SELECT count(*) FROM leads", "SELECT count(*) FROM leads"),
        ("leads of 30 days", "leads", ["created_at"], $"SELECT count(*) FROM leads WHERE datetime(created_at) >= datetime({Now}, '-30 days')", $"SELECT count(*) FROM leads WHERE datetime(created_at) >= datetime({Now}, '-30 days')"),
        ("active clients", "clients", ["status"], "SELECT count(*) FROM clients WHERE status = 'active'", "SELECT count(*) FROM clients WHERE status = 'active'"),
        ("revenue", "deals", ["amount", "status"], "SELECT sum(amount) FROM deals WHERE status = 'closed_won'", "SELECT sum(amount_cents) / 100.0 FROM deals WHERE status = 'closed_won'"),
        ("pipeline value", "deals", ["amount", "status"], "SELECT sum(amount) FROM deals WHERE status IN ('proposal', 'negotiation', 'review')", "SELECT sum(amount_cents) / 100.0 FROM deals WHERE status IN ('proposal', 'negotiation', 'review')"),
        ("value of leads", "leads", ["value"], "SELECT sum(value) FROM leads", "SELECT sum(value_cents) / 100.0 FROM leads"),
        ("lifetime values", "clients", ["total_value"], "SELECT sum(total_value) FROM clients", "SELECT sum(total_value_cents) / 100.0 FROM clients"),
    ];

    public static IReadOnlyList<(string Name, decimal Before, decimal After)> Compare(SqliteConnection source, IReadOnlyList<LegacyTable> tables, SqliteConnection file, DateTime now)
    {
        var figures = All.Select(f => (f.Name,
            tables.FirstOrDefault(t => t.Name == f.Table) is { } table && f.Columns.All(c => table.PlaceOf(c) is not null) ? Ask(source, f.Before, now) : 0,
            Ask(file, f.After, now))).ToList();
        var (leads, clients) = (figures[0], figures[2]);
        figures.Insert(3, ("conversion, percent", Rate(clients.Item2, leads.Item2), Rate(clients.Item3, leads.Item3)));
        return figures;
    }

    private static decimal Rate(decimal clients, decimal leads) => leads == 0 ? 0 : Math.Round(100 * clients / leads, 1, MidpointRounding.AwayFromZero);

    /// <summary>To the cent: the sum of REALs has more digits than it knows.</summary>
    private static decimal Ask(SqliteConnection file, string sql, DateTime now)
    {
        using var command = file.CreateCommand();
        command.CommandText = sql;
        if (sql.Contains(Now))
            command.Parameters.AddWithValue(Now, now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        return command.ExecuteScalar() switch
        {
            long whole => whole,
            double real when Math.Abs(real) < 1e20 => Math.Round((decimal)real, 2, MidpointRounding.AwayFromZero),
            _ => 0,
        };
    }
}
