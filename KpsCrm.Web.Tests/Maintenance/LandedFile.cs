using System.IO.Compression;
using KpsCrm.Data.Maintenance;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Every schema that people may have data in is kept as a small file in the folder Landed, named after its last migration; here unpacked.</summary>
internal sealed class LandedFile(string path)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Maintenance", "Landed");

    public static TheoryData<string> All { get; } = [.. Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!).Order()];

    /// <summary>Those with something to upgrade; the newest is there for whoever changes the schema next.</summary>
    public static TheoryData<string> Earlier { get; } =
        [.. Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!).Where(f => !f.StartsWith(SqliteFile.KnownMigrations().Last(), StringComparison.Ordinal)).Order()];

    public static async Task<LandedFile> UnpackAsync(string name, string path)
    {
        await using var packed = File.OpenRead(Path.Combine(Folder, name));
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await using var file = File.Create(path);
        await unpacked.CopyToAsync(file);
        return new(path);
    }

    /// <summary>The tables that hold people's data, with their columns; the text index is made from them.</summary>
    public Dictionary<string, List<string>> Tables() =>
        Ask("""
            SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE '\_\_%' ESCAPE '\' AND m.name NOT GLOB 'search_*' AND m.name NOT GLOB '*_search*' AND m.name NOT GLOB '*_names*'
            ORDER BY m.name, c.cid
            """).GroupBy(r => (string)r[0]!, r => (string)r[1]!).ToDictionary(g => g.Key, g => g.ToList());

    public List<string> Rows(string table, List<string> columns) =>
        [.. Ask($"SELECT {string.Join(" || '|' || ", columns.Select(c => $"quote(\"{c}\")"))} FROM \"{table}\" ORDER BY 1").Select(r => (string)r[0]!)];

    public List<object?[]> Ask(string sql)
    {
        using var connection = Open();
        using var command = new SqliteCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }

    public void Run(string sql)
    {
        using var connection = Open();
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
