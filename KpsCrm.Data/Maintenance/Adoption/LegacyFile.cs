using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>A <c>kps_crm.db</c> of the older system: recognised by its tables, read without being touched.</summary>
internal static class LegacyFile
{
    private const string History = "__EFMigrationsHistory";

    /// <summary>Beside a SQLite file may lie what was committed but is not in it yet, or what is in it but was not committed.</summary>
    public static readonly string[] Parts = ["", "-wal", "-journal"];

    /// <summary>Looks without opening a transaction or making a file beside it.</summary>
    public static bool IsOne(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return false;
        try
        {
            using var file = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1", Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            file.Open();
            var names = Names(file);
            if (names.Count > 0 || !Parts.Skip(1).Any(part => IsThere(path + part)))
                return IsOne(file, names);
        }
        catch (SqliteException)
        {
            if (!Parts.Skip(1).Any(part => IsThere(path + part)))
                return false;
        }

        // All of it lies beside it still, or half of a commit has to be taken back first: both on a copy.
        var copy = $"{path}.look-{Guid.NewGuid():N}";
        try
        {
            foreach (var part in Parts.Where(part => File.Exists(path + part)))
                File.Copy(path + part, copy + part);
            using var file = Open(copy);
            return IsOne(file, Names(file));
        }
        catch (SqliteException)
        {
            return false;
        }
        finally
        {
            Delete(copy);
        }
    }

    /// <summary>Leads with at least half of the documented columns, or two other documented tables with as many of theirs; and nothing that this program wrote.</summary>
    public static bool IsOne(SqliteConnection file) => IsOne(file, Names(file));

    private static bool IsOne(SqliteConnection file, List<string> names)
    {
        if (names.Contains(History))
            return false;
        var known = LegacyTable.Documented.Where(t => names.Contains(t.Key, StringComparer.OrdinalIgnoreCase) && ColumnsOf(file, t.Key).Count(c => t.Value.Contains(c.Name, StringComparer.OrdinalIgnoreCase)) * 2 >= t.Value.Length).Select(t => t.Key).ToList();
        return known.Contains("leads") || known.Count >= 2;
    }

    /// <summary>For reading a copy, with what lies beside it.</summary>
    public static SqliteConnection Open(string path)
    {
        var file = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        file.Open();
        return file;
    }

    /// <summary>The documented tables that are there, in their order, then the others by name.</summary>
    public static IReadOnlyList<LegacyTable> Tables(SqliteConnection file)
    {
        var names = Names(file);
        var ordered = LegacyTable.Documented.Keys.Select(known => names.Find(n => n.Equals(known, StringComparison.OrdinalIgnoreCase))).OfType<string>().ToList();
        return [.. ordered.Concat(names.Except(ordered).Order(StringComparer.Ordinal)).Select(name => TableOf(file, name, ordered.Contains(name) ? name.ToLowerInvariant() : name))];
    }

    private static LegacyTable TableOf(SqliteConnection file, string name, string knownAs)
    {
        var columns = ColumnsOf(file, name).ToList();
        var withoutRowId = Ask(file, $"SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = {Text(name)}") == "1";
        var key = columns.Where(c => c.Key > 0).ToList();
        return new(knownAs, [.. columns.Select(c => c.Name)], key is [{ Name: var only }] && only.Equals("id", StringComparison.OrdinalIgnoreCase), !withoutRowId,
            long.Parse(Ask(file, $"SELECT count(*) FROM {LegacyTable.Quoted(name)}")!, CultureInfo.InvariantCulture));
    }

    public static void Delete(string path)
    {
        foreach (var part in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(path + part);
    }

    public static bool IsThere(string path) => File.Exists(path) && new FileInfo(path).Length > 0;

    private static List<string> Names(SqliteConnection file) => [.. All(file, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").Select(r => r[0]!)];

    private static IEnumerable<(string Name, int Key)> ColumnsOf(SqliteConnection file, string table) =>
        All(file, $"SELECT name, pk FROM pragma_table_info({Text(table)})").Select(r => (r[0]!, int.Parse(r[1]!, CultureInfo.InvariantCulture)));

    public static string? Ask(SqliteConnection file, string sql) => All(file, sql).FirstOrDefault()?[0];

    public static List<string?[]> All(SqliteConnection file, string sql)
    {
        using var command = file.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))]);
        return rows;
    }

    private static string Text(string text) => $"'{text.Replace("'", "''")}'";
}
