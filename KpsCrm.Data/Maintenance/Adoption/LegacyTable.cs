using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KpsCrm.Data.Maintenance;

/// <summary>A table of the older system's file: which columns it has, and its rows one after the other.</summary>
/// <param name="HasKey">Its column <c>id</c> is the key, so no number comes twice.</param>
internal sealed record LegacyTable(string Name, IReadOnlyList<string> Columns, bool HasKey, bool HasRowId, long Rows)
{
    /// <summary>The documented tables, each after those it refers to, with their columns.</summary>
    public static IReadOnlyDictionary<string, string[]> Documented { get; } = new OrderedDictionary<string, string[]>
    {
        ["leads"] = ["id", "name", "email", "phone", "company", "service", "timeline", "budget", "status", "priority", "source", "value", "city", "state", "country", "assigned_to", "notes", "created_at", "updated_at"],
        ["clients"] = ["id", "lead_id", "name", "email", "phone", "company", "total_value", "status", "notes", "joined_at", "updated_at"],
        ["deals"] = ["id", "client_id", "lead_id", "title", "description", "amount", "status", "probability", "expected_close_date", "actual_close_date", "created_at", "updated_at"],
        ["analytics_events"] = ["id", "event_type", "page", "action", "element", "value", "user_agent", "ip_address", "city", "referrer", "session_id", "created_at"],
        ["security_logs"] = ["id", "event_type", "user_id", "ip_address", "user_agent", "details", "severity", "created_at"],
    };

    private IReadOnlyDictionary<string, int> Places { get; } = Columns.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Missing => Documented[Name].Where(c => !Places.ContainsKey(c));

    public IEnumerable<string> New => Documented.TryGetValue(Name, out var known) ? Columns.Where(c => !known.Contains(c, StringComparer.OrdinalIgnoreCase)) : Columns;

    /// <summary>Where the column stands in a row; null when there is none of the name.</summary>
    public int? PlaceOf(string column) => Places.TryGetValue(column, out var place) ? place : null;

    /// <summary>In the order of their numbers. The statement stands on the row as long as the caller looks at it.</summary>
    public IEnumerable<sqlite3_stmt> Read(SqliteConnection file)
    {
        using var command = file.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", Columns.Select(Quoted))}{(HasRowId ? ", rowid" : "")} FROM {Quoted(Name)}{(HasRowId ? " ORDER BY rowid" : "")}";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.Handle!;
    }

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
