using KpsCrm.Data.Maintenance;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Files with anything in any field, from a seed: every row arrives, and every word of it is found again.</summary>
public sealed class AdoptionDirtTests
{
    private static readonly object?[] Junk =
    [
        null, "", " ", "x", "NULL", 0L, -1L, 1L, 7L, 99L, long.MaxValue, 0.1, -0.005, 12000.99, 1e300, double.PositiveInfinity, "  Padded@Example.COM ", "a@b.com", "no at", "won", "closed_won", "Closed Lost", "assigned", "ACTIVE",
        "high", "$5,000 - $15,000", "$50,000+", "5,000", "80 %", "2024-01-03 13:31:00", "2024-01-05T04:24:00.000Z", "2024-02-30 10:00:00", "2031-01-01", "1718000000", 1718000000000L, "0000-00-00", "unknown", "2001:db8::1", "{\"a\":1}", "{a",
        "line one\nline two", "nul\0inside", "Łukasz 李雷 محمد 💼", "=HYPERLINK(\"http://x\")", "'; DROP TABLE leads; --", new string('w', 250), new string('z', 11_000), new byte[] { 0xff, 0x00, 0x10 }, new byte[] { 0x41, 0x42 },
    ];

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("KPS_DIRT_SEEDS"), out var seeds) ? seeds : 12)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task EveryRowArrivesAndNoWordIsLost(int seed)
    {
        var random = new Random(seed);
        using var legacy = new LegacyDatabase("");
        var rows = Fill(legacy, random);

        var adopted = await legacy.AdoptAsync();

        await AdoptionTests.AssertWholeAsync(legacy);
        var details = await File.ReadAllTextAsync(Path.Combine(legacy.Folder, "kps_crm.adoption-details-2026-11-25.csv"));
        foreach (var (table, of) in rows.GroupBy(r => r.Table).ToDictionary(g => g.Key, g => g.ToList()))
        {
            Assert.Equal((of.Count, of.Count), adopted.Report!.Tables[table]);
            var now = Read(legacy, table);
            foreach (var row in of)
            {
                Assert.True(now.TryGetValue(row.Id, out var fields), $"Row {row.Id} of {table} is gone.");
                var kept = table is "leads" or "clients" or "deals" ? string.Join("\n", legacy.Ask($"SELECT summary FROM activities WHERE kind = 'note' AND {table[..^1]}_id = {row.Id}{(table == "clients" ? " AND deal_id IS NULL" : "")}")) : null;
                foreach (var (column, value) in row.Values)
                    Assert.True(IsKept(value, fields!, column, kept, details), $"{column} = '{value}' of row {row.Id} of {table} is lost; the field has '{fields!.GetValueOrDefault(column)}', the note: {kept}");
            }
        }
        var file = LegacyDatabase.HashOf(legacy.Path);
        Assert.Null((await legacy.AdoptAsync(legacy.Path, adopted.Kept!)).Report);
        Assert.Equal(file, LegacyDatabase.HashOf(legacy.Path));
    }

    private static List<(string Table, int Id, Dictionary<string, object?> Values)> Fill(LegacyDatabase legacy, Random random)
    {
        var all = new List<(string, int, Dictionary<string, object?>)>();
        foreach (var (table, columns) in LegacyTable.Documented)
        {
            if (table != "leads" && random.Next(6) == 0)
                continue;
            // Without any type or rule, so that whatever is put in stays as it is.
            var there = columns.Where(c => c == "id" || random.Next(12) > 0).ToList();
            legacy.Run($"CREATE TABLE {table} ({string.Join(", ", there.Select(c => c == "id" ? "id INTEGER PRIMARY KEY" : $"\"{c}\""))})");
            for (var n = random.Next(5, 40); n > 0; n--)
            {
                var values = there.Skip(1).ToDictionary(c => c, c => c.EndsWith("_id", StringComparison.Ordinal) && random.Next(3) > 0 ? random.NextInt64(1, 60) : Junk[random.Next(Junk.Length)]);
                var id = (n * 2) + random.Next(2);
                legacy.Run($"INSERT INTO {table} (id{string.Concat(values.Keys.Select(c => $", \"{c}\""))}) VALUES ({id}{string.Concat(values.Select((_, i) => $", ${i}"))})", [.. values.Values]);
                all.Add((table, id, values));
            }
        }
        return all;
    }

    private static Dictionary<int, Dictionary<string, object?>> Read(LegacyDatabase legacy, string table)
    {
        using var connection = new SqliteConnection($"Data Source={legacy.Path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = new SqliteCommand($"SELECT * FROM {table}", connection);
        using var reader = command.ExecuteReader();
        var rows = new Dictionary<int, Dictionary<string, object?>>();
        while (reader.Read())
            rows[reader.GetInt32(reader.GetOrdinal("id"))] = Enumerable.Range(0, reader.FieldCount).DistinctBy(reader.GetName).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i));
        return rows;
    }

    /// <summary>In its field, as it was or as the same number, time or word; or word for word in the note; of events and the audit trail, in the field or the list of details.</summary>
    private static bool IsKept(object? value, Dictionary<string, object?> fields, string column, string? note, string details)
    {
        var legacy = value switch
        {
            null => default,
            long n => new LegacyValue(LegacyKind.Integer, n, 0, null, false),
            double d => new LegacyValue(LegacyKind.Real, 0, d, null, false),
            byte[] and [0x41, ..] => new LegacyValue(LegacyKind.Text, 0, 0, "AB", false),
            byte[] b => new LegacyValue(LegacyKind.Bytes, 0, 0, "0x" + Convert.ToHexStringLower(b), false),
            var text => new LegacyValue(LegacyKind.Text, 0, 0, (string)text, false),
        };
        if (legacy.IsNothing)
            return true;
        var written = legacy.ToString()!.Replace('\0', ' ');
        var line = written.Replace('\n', ' ').Trim();
        var now = fields.GetValueOrDefault(column) ?? (column == "budget" ? fields.GetValueOrDefault("budget_range") : null);
        return note is null
            ? (now is null ? line is "unknown" : Same(now) || $"{now}" == $"older system {line}") || details.Contains(written.Split('\n')[0].Replace("\"", "\"\""))
            : note.Contains($"{column}: {written}") || Same(now);

        bool Same(object? field) => field switch
        {
            null => false,
            string s when string.Equals(s, written, StringComparison.OrdinalIgnoreCase) || string.Equals(s.Trim(), line, StringComparison.OrdinalIgnoreCase) => true,
            string s when column == "budget" => s == line,
            string s => LegacyNumbers.Time(legacy) is { } at && s.StartsWith(column.EndsWith("_date", StringComparison.Ordinal) ? at.ToString("yyyy-MM-dd") : at.ToString("yyyy-MM-dd HH:mm:ss")),
            double d => LegacyNumbers.Cents(legacy, out var rounded) == Math.Round((decimal)d * 100) && !rounded,
            long n => column == "probability" ? LegacyNumbers.Percent(legacy) == n : $"{n}" == line,
            _ => false,
        };
    }
}
