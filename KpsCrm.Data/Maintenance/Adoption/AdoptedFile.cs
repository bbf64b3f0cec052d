using KpsCrm.Data.Activities;
using KpsCrm.Data.Ordering;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// The new file while it is being made, under a name that nobody looks for: without journal, indexes and triggers, which come when the rows are in.
/// If this breaks off it is thrown away.
/// </summary>
internal sealed class AdoptedFile : IDisposable
{
    public const string OlderSystem = "The older system";

    private static readonly string[] Filled = [.. LegacyTable.Documented.Keys, "activities"];

    private readonly List<(string Name, string Type, string Sql)> _later;
    private readonly Dictionary<string, NewIds> _ids;
    private readonly Dictionary<string, string> _top = [];
    private readonly NewRows _activity;
    private readonly SqliteTransaction _transaction;

    /// <param name="path">A file with this program's schema.</param>
    public AdoptedFile(string path, SqliteConnection source, IReadOnlyList<LegacyTable> tables, DateTime now)
    {
        Now = now;
        Connection = LegacyFile.Open(path);
        Run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA threads = 2");
        _later = [.. LegacyFile.All(Connection, $"SELECT name, type, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ('{string.Join("', '", Filled)}')").Select(r => (r[0]!, r[1]!, r[2]!))];
        foreach (var (name, type, _) in _later)
            Run($"DROP {type} {LegacyTable.Quoted(name)}");
        _transaction = Connection.BeginTransaction();
        _ids = LegacyTable.Documented.Keys.ToDictionary(t => t, t => new NewIds(Connection, t, source, tables.FirstOrDefault(o => o.Name == t)));
        _activity = NewRows.Into(Connection, "activities", "kind", "lead_id", "client_id", "deal_id", "actor_name", "summary", "at");
        Owners = FindOwners();
    }

    public SqliteConnection Connection { get; }

    /// <summary>UTC; when the adoption began.</summary>
    public DateTime Now { get; }

    /// <summary>People with an account here, by name and by e-mail address; those of whom there are two are nobody.</summary>
    public IReadOnlyDictionary<string, int> Owners { get; }

    public int IdFor(LegacyRow row) => _ids[row.Table].For(row);

    /// <summary>The row that another refers to; told, and kept as text, when the file has none such.</summary>
    public int? Reference(LegacyRow row, string column, string table, AdoptionRule gone)
    {
        var value = row.Value(column);
        if (value.IsNothing)
            return null;
        long? number = value.Kind == LegacyKind.Integer ? value.Integer : long.TryParse(value.ToString(), out var read) ? read : null;
        if (number is { } there && _ids[table].Now(there) is { } id)
            return id;
        row.Tell(gone, column, value);
        return null;
    }

    /// <summary>The newest on top, as they would lie had they come in here.</summary>
    public string RankIn(string board, string status)
    {
        var column = board + status;
        return _top[column] = _top.TryGetValue(column, out var top) ? Rank.Between(null, top) : Rank.Middle;
    }

    /// <summary>The record's beginning, and a note of what its fields can't hold.</summary>
    public void Tell(LegacyRow row, string added, DateTime created, DateTime updated, int? lead = null, int? client = null, int? deal = null)
    {
        _activity.With(Columns.Word(ActivityKind.Created)).With(lead).With(client).With(deal).With(OlderSystem).With(added).With(created).Run();
        if (row.Kept.Count > 0)
            _activity.With(Columns.Word(ActivityKind.Note)).With(lead).With(client).With(deal).With(OlderSystem).With($"As the older system had it:\n{string.Join("\n", row.Kept)}").With(updated).Run();
    }

    /// <summary>When all rows are in: indexes, lifetime values, the numbers that come next, the text index.</summary>
    public void Finish(AdoptionReport report, AdoptionDetails details, Action<string> tell, CancellationToken cancellationToken)
    {
        foreach (var (_, type, sql) in _later.Where(l => l.Type == "index"))
            Run(sql);
        Run("""
            UPDATE clients SET total_value_cents = coalesce((SELECT sum(amount_cents) FROM deals WHERE client_id = clients.id AND status = 'closed_won'), 0) WHERE elsewhere_cents IS -1;
            UPDATE clients SET elsewhere_cents = total_value_cents - coalesce((SELECT sum(amount_cents) FROM deals WHERE client_id = clients.id AND status = 'closed_won'), 0);
            """);
        foreach (var (table, ids) in _ids.Where(i => i.Value.Last > 0))
            Run($"DELETE FROM sqlite_sequence WHERE name = '{table}'; INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {ids.Last})");
        Tell(report, details, "clients", AdoptionRule.Elsewhere, "SELECT id, '' FROM clients WHERE elsewhere_cents > 0 ORDER BY id");
        Tell(report, details, "clients", AdoptionRule.ElsewhereNegative, "SELECT id, printf('%.2f', elsewhere_cents / 100.0) FROM clients WHERE elsewhere_cents < 0 ORDER BY id");
        foreach (var table in new[] { "leads", "clients" })
            Tell(report, details, table, AdoptionRule.EmailTwice, $"SELECT id, email FROM {table} WHERE email IN (SELECT email FROM {table} WHERE email <> '' GROUP BY email HAVING count(*) > 1) ORDER BY email, id");
        tell("Making the text index.");
        AdoptedSearch.Fill(Connection, tell, cancellationToken);
        foreach (var (_, _, sql) in _later.Where(l => l.Type == "trigger"))
            Run(sql);
        _transaction.Commit();
    }

    private void Tell(AdoptionReport report, AdoptionDetails details, string table, AdoptionRule rule, string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            report.Count(table, rule, reader.GetInt64(0));
            if (rule.Look)
                details.Add(table, reader.GetInt64(0), rule.Key, null, reader.GetString(1));
        }
    }

    private Dictionary<string, int> FindOwners() =>
        LegacyFile.All(Connection, "SELECT id, name FROM users WHERE deactivated_at IS NULL AND invited_at IS NULL UNION SELECT id, email FROM users WHERE deactivated_at IS NULL AND invited_at IS NULL AND email IS NOT NULL")
            .GroupBy(u => u[1]!.Trim(), u => int.Parse(u[0]!, System.Globalization.CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase).Where(g => g.Count() == 1)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);

    private void Run(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _activity.Dispose();
        foreach (var ids in _ids.Values)
            ids.Dispose();
        _transaction.Dispose();
        Connection.Dispose();
    }
}
