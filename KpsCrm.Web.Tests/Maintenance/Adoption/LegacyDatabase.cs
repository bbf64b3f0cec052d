using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>A file such as the older system made, in a folder of its own; adopted where it lies, or into another.</summary>
internal sealed class LegacyDatabase : IDisposable
{
    public const string Schema = """
        CREATE TABLE leads (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, company TEXT, service TEXT, timeline TEXT, budget REAL DEFAULT 0, status TEXT DEFAULT 'new',
            priority TEXT DEFAULT 'medium', source TEXT DEFAULT 'website', value REAL DEFAULT 0, city TEXT, state TEXT, country TEXT DEFAULT 'US', assigned_to TEXT, notes TEXT,
            created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE clients (id INTEGER PRIMARY KEY AUTOINCREMENT, lead_id INTEGER REFERENCES leads(id), name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, company TEXT, total_value REAL DEFAULT 0, status TEXT DEFAULT 'active',
            notes TEXT, joined_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE deals (id INTEGER PRIMARY KEY AUTOINCREMENT, client_id INTEGER REFERENCES clients(id), lead_id INTEGER REFERENCES leads(id), title TEXT NOT NULL, description TEXT, amount REAL NOT NULL, status TEXT DEFAULT 'proposal',
            probability INTEGER DEFAULT 50, expected_close_date DATE, actual_close_date DATE, created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE analytics_events (id INTEGER PRIMARY KEY AUTOINCREMENT, event_type TEXT NOT NULL, page TEXT, action TEXT, element TEXT, value TEXT, user_agent TEXT, ip_address TEXT, city TEXT, referrer TEXT, session_id TEXT,
            created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE security_logs (id INTEGER PRIMARY KEY AUTOINCREMENT, event_type TEXT NOT NULL, user_id TEXT, ip_address TEXT, user_agent TEXT, details TEXT, severity TEXT DEFAULT 'info', created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        """;

    public static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;

    /// <param name="schema">Null for the documented one.</param>
    public LegacyDatabase(string? schema = null)
    {
        if (schema != "")
            Run(schema ?? Schema);
    }

    public static LegacyDatabase Sample()
    {
        var legacy = new LegacyDatabase("");
        using var packed = new GZipStream(File.OpenRead(System.IO.Path.Combine(AppContext.BaseDirectory, "Maintenance", "Adoption", "legacy_kps_crm.db.gz")), CompressionMode.Decompress);
        using var file = File.Create(legacy.Path);
        packed.CopyTo(file);
        return legacy;
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("kps-legacy-").FullName;

    public string Path => System.IO.Path.Combine(Folder, "kps_crm.db");

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 18, 0, 0, TimeSpan.Zero));

    public List<string> Told { get; } = [];

    public Task<Adopted> AdoptAsync(string? database = null) => AdoptAsync(database ?? Path, Path);

    public async Task<Adopted> AdoptAsync(string database, string from)
    {
        await using var services = Services(database);
        return await services.GetRequiredService<Adoption>().RunAsync(from, Zone, null, Told.Add);
    }

    /// <summary>The program's own services on a database.</summary>
    public ServiceProvider Services(string? database = null) =>
        new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Clock).AddCrmData(new DatabaseOptions { Path = database ?? Path }).BuildServiceProvider();

    /// <summary>The rows of a file, each as its values with a bar between.</summary>
    public List<string> Ask(string sql, string? path = null)
    {
        using var connection = new SqliteConnection($"Data Source={path ?? Path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }

    public void Run(string sql, params object?[] values)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False;Foreign Keys=False");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        foreach (var (i, value) in values.Index())
            command.Parameters.AddWithValue($"${i}", value ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    public static string HashOf(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Names in the folder, without lock files.</summary>
    public IEnumerable<string> Files => Directory.GetFiles(Folder).Select(f => System.IO.Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }
}
