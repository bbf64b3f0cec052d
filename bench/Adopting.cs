using System.Diagnostics;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>A file of the older system with many rows and its dirt, made in the temporary folder, brought over in this process.</summary>
public static class Adopting
{
    public static async Task RunAsync(Report report)
    {
        var leads = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var rows) ? rows : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("kps-bench-adopt-").FullName;
        try
        {
            var from = Path.Combine(folder, "old.db");
            Fill(from, leads);
            var options = new DatabaseOptions { Path = Path.Combine(folder, "kps_crm.db") };
            await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(options).BuildServiceProvider();
            using var memory = new MemoryWatch();
            var watch = Stopwatch.StartNew();
            var adopted = await services.GetRequiredService<Adoption>().RunAsync(from, new CompanyOptions().Zone, null, line => Console.Error.WriteLine($"    {watch.Elapsed.TotalSeconds,6:0.0} {line}"));
            var (seconds, written) = (watch.Elapsed.TotalSeconds, adopted.Report!.Tables.Sum(t => t.Value.Written));
            report.Add($"Adopting {leads:N0} leads ({written:N0} rows, {new FileInfo(from).Length >> 20:N0} MB)", $"{seconds:0.0} s", "", $"{written / seconds:N0} rows/s, all in; at most {memory.Most >> 20:N0} MB of memory, {memory.MostManaged >> 20:N0} MB managed; the new file has {new FileInfo(options.Path).Length >> 20:N0} MB");
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As many leads; a tenth of it clients, a fifth deals, half events, a twentieth security rows.</summary>
    private static void Fill(string path, int leads)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        Run("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
        Run("""
            CREATE TABLE leads (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, company TEXT, service TEXT, timeline TEXT, budget REAL DEFAULT 0, status TEXT DEFAULT 'new', priority TEXT DEFAULT 'medium',
                source TEXT DEFAULT 'website', value REAL DEFAULT 0, city TEXT, state TEXT, country TEXT DEFAULT 'US', assigned_to TEXT, notes TEXT, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE clients (id INTEGER PRIMARY KEY AUTOINCREMENT, lead_id INTEGER REFERENCES leads(id), name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, company TEXT, total_value REAL DEFAULT 0, status TEXT DEFAULT 'active', notes TEXT,
                joined_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE deals (id INTEGER PRIMARY KEY AUTOINCREMENT, client_id INTEGER, lead_id INTEGER, title TEXT NOT NULL, description TEXT, amount REAL NOT NULL, status TEXT DEFAULT 'proposal', probability INTEGER DEFAULT 50,
                expected_close_date DATE, actual_close_date DATE, created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE analytics_events (id INTEGER PRIMARY KEY AUTOINCREMENT, event_type TEXT NOT NULL, page TEXT, action TEXT, element TEXT, value TEXT, user_agent TEXT, ip_address TEXT, city TEXT, referrer TEXT, session_id TEXT, created_at DATETIME);
            CREATE TABLE security_logs (id INTEGER PRIMARY KEY AUTOINCREMENT, event_type TEXT NOT NULL, user_id TEXT, ip_address TEXT, user_agent TEXT, details TEXT, severity TEXT DEFAULT 'info', created_at DATETIME);
            """);
        const string time = "CASE i % 3 WHEN 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i * 61 % 60000000, 'unixepoch') ELSE datetime(1700000000 + i * 61 % 60000000, 'unixepoch') END";
        Many(leads, $"""
            INSERT INTO leads (name, email, phone, company, service, timeline, budget, status, priority, source, value, city, state, assigned_to, notes, created_at, updated_at)
            SELECT CASE i % 5 WHEN 0 THEN 'Renée García ' WHEN 1 THEN 'Noah Kim ' WHEN 2 THEN '李雷 Smith ' ELSE 'Anne-Marie Rossi ' END || i, CASE i % 11 WHEN 0 THEN '  Lead' || i || '@Example.COM ' ELSE 'lead' || i || '@example.com' END, '(555) 123-' || printf('%04d', i % 10000),
                'Company ' || (i % 997) || ' LLC', CASE i % 4 WHEN 0 THEN 'Payroll Services' WHEN 1 THEN 'HVAC Consulting' ELSE 'Tax Preparation' END, 'Within 1 month', CASE i % 6 WHEN 0 THEN '$5,000 - $15,000' WHEN 1 THEN NULL ELSE 15000.5 END,
                CASE i % 8 WHEN 0 THEN 'assigned' WHEN 1 THEN 'contacted' WHEN 2 THEN 'qualified' WHEN 3 THEN 'won' WHEN 4 THEN 'lost' ELSE 'new' END, 'medium', CASE i % 9 WHEN 0 THEN NULL ELSE 'google_ads' END, i % 50000 + 0.75, 'Frisco', 'TX',
                CASE i % 3 WHEN 0 THEN '2' WHEN 1 THEN 'Karson' END, 'line one' || char(10) || 'line two', {time}, {time} FROM n
            """);
        Many(leads / 10, $"INSERT INTO clients (lead_id, name, email, company, total_value, status, joined_at, updated_at) SELECT CASE i % 2 WHEN 0 THEN i * 7 END, 'Client ' || i, 'client' || i || '@example.com', 'Company ' || i, i % 9000 + 0.25, CASE i % 5 WHEN 0 THEN 'inactive' ELSE 'active' END, {time}, {time} FROM n");
        Many(leads / 5, $"INSERT INTO deals (client_id, lead_id, title, amount, status, probability, expected_close_date, created_at, updated_at) SELECT 1 + i % {Math.Max(1, leads / 10)}, 1 + i, 'Deal ' || i, i % 12000 + 0.99, CASE i % 5 WHEN 0 THEN 'closed_won' WHEN 1 THEN 'closed_lost' WHEN 2 THEN 'negotiation' WHEN 3 THEN 'review' ELSE 'proposal' END, i % 100, '2026-12-01', {time}, {time} FROM n");
        Many(leads / 2, $"INSERT INTO analytics_events (event_type, page, action, user_agent, ip_address, session_id, created_at) SELECT 'page_view', '/contact', 'view', 'Mozilla/5.0', CASE i % 3 WHEN 0 THEN 'unknown' ELSE '203.0.113.7' END, 's' || (i / 5), {time} FROM n");
        Many(leads / 20, $"INSERT INTO security_logs (event_type, user_id, ip_address, user_agent, details, created_at) SELECT 'login_failed', 'admin-1', '203.0.113.9', 'curl/8', CASE i % 4 WHEN 0 THEN 'not json' ELSE '{{\"path\": \"/crm\"}}' END, {time} FROM n");

        void Many(int count, string sql) => Run($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) {sql}");

        void Run(string sql)
        {
            using var command = file.CreateCommand();
            command.CommandTimeout = 600;
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The most memory that was in use while something went on.</summary>
    private sealed class MemoryWatch : IDisposable
    {
        private readonly Timer _timer;

        public MemoryWatch() => _timer = new Timer(_ => Look(), null, 0, 100);

        public long Most { get; private set; }
        public long MostManaged { get; private set; }

        private void Look()
        {
            using var process = Process.GetCurrentProcess();
            (Most, MostManaged) = (Math.Max(Most, process.WorkingSet64), Math.Max(MostManaged, GC.GetTotalMemory(false)));
        }

        public void Dispose() => _timer.Dispose();
    }
}
