using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KpsCrm.Web.Features.Intake;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>
/// Accepted leads per second beside bare durable inserts: a prepared single-row INSERT with synchronous=FULL on this disk, in this run.
/// A complete lead is five rows in four tables.
/// </summary>
public static class Leads
{
    public static async Task RunAsync(Report report)
    {
        var bare = BareInsertsPerSecond();
        report.Add("Bare single-row durable insert (prepared, synchronous=FULL, one caller)", $"{Report.Number(bare)}/s", "", "the baseline");
        await InTheDataLayerAsync(report, bare);
        await ByHttpAsync(report, bare);
    }

    private static async Task InTheDataLayerAsync(Report report, double bare)
    {
        await using var server = Server.Start();
        var desk = server.Services.GetRequiredService<IntakeDesk>();
        var times = new ConcurrentBag<double>();
        var next = 0;
        var rate = 0.0;
        foreach (var seconds in new[] { 8, 8 })
        {
            times.Clear();
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            {
                while (watch.Elapsed.TotalSeconds < seconds)
                {
                    var i = Interlocked.Increment(ref next);
                    var start = Stopwatch.GetTimestamp();
                    await desk.AcceptAsync(new Submission(new Enquiry { Name = $"Visitor {i}", Email = $"visitor{i}@example.com", Phone = "(214) 555-0142", Company = "Acme", Service = "Payroll Services", Budget = "$5,000 - $15,000", City = "Dallas", Message = "We are looking for help with our payroll from January on." }));
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            })));
            rate = times.Count / watch.Elapsed.TotalSeconds;
        }
        report.Add("Complete leads in the data layer, 16 callers", $"{Report.Number(rate)}/s", "≥ 50 % of bare", $"{rate / bare:P0} of bare; {Report.Milliseconds(times)}");
    }

    private static async Task ByHttpAsync(Report report, double bare)
    {
        await using var server = Server.Start();
        await using var senders = Child.Start("senders", server.Url, "16", "10");
        var figures = (await senders.ReadLineAsync()).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var rate = figures[0] / figures[1];
        report.Add("Complete leads through POST /api/contact, 16 senders", $"{Report.Number(rate)}/s", "≥ 35 % of bare", $"{rate / bare:P0} of bare; p50 {figures[3]:0.0}, p95 {figures[4]:0.0}, p99 {figures[5]:0.0} ms (target p99 ≤ 20); {figures[2]} refused");
    }

    private static double BareInsertsPerSecond()
    {
        var folder = Directory.CreateTempSubdirectory("kps-bench-bare-").FullName;
        using var file = new SqliteConnection($"Data Source={folder}/bare.db;Pooling=False");
        file.Open();
        using (var schema = file.CreateCommand())
        {
            schema.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE leads (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, email TEXT, phone TEXT, company TEXT, notes TEXT, created_at TEXT)";
            schema.ExecuteNonQuery();
        }
        using var insert = file.CreateCommand();
        insert.CommandText = "INSERT INTO leads (name, email, phone, company, notes, created_at) VALUES ($name, $email, '+12145550142', 'Acme', 'We are looking for help with our payroll from January on.', '2026-11-24 12:00:00')";
        var name = insert.Parameters.Add("$name", SqliteType.Text);
        var email = insert.Parameters.Add("$email", SqliteType.Text);
        insert.Prepare();

        var rate = 0.0;
        for (var round = 0; round < 2; round++)
        {
            var watch = Stopwatch.StartNew();
            var rows = 0;
            for (; watch.Elapsed.TotalSeconds < 4; rows++)
            {
                name.Value = $"Visitor {rows}";
                email.Value = $"visitor{rows}@example.com";
                insert.ExecuteNonQuery();
            }
            rate = rows / watch.Elapsed.TotalSeconds;
        }
        file.Close();
        Directory.Delete(folder, recursive: true);
        return rate;
    }
}
