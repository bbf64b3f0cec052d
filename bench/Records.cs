using System.Diagnostics;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Bench;

/// <summary>What a record page asks, asked anew each time: with growing numbers of records, and 5,000 activities on one lead.</summary>
public static class Records
{
    private const int Busy = 77;
    private const int Activities = 5_000;
    private static readonly Actor Anna = new(3, "Anna Alvarez", Role.Sales);

    public static async Task RunAsync(Report report)
    {
        var most = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var rows) ? rows : 1_000_000;
        foreach (var count in new[] { 1_000, 10_000, 100_000, 1_000_000 }.Where(n => n <= most))
            await RunAsync(report, count);
    }

    private static async Task RunAsync(Report report, int rows)
    {
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, rows, rows);
        AddActivities(server.DatabasePath, rows);
        var lead = RecordRef.Lead(Busy);
        var first = await server.Store.ReadAsync(Anna, view => new TimelineQuestion(lead, TimelineKinds.All).AskAsync(view, default));
        var middle = await server.Store.ReadAsync(Anna, async view =>
        {
            var mark = new TimelineMark(first.Entries[0].At.AddMinutes(-Activities / 2), 0);
            return (await new TimelineQuestion(lead, TimelineKinds.All, Before: mark).AskAsync(view, default)).Entries;
        });

        var target = rows >= 100_000 ? "≤ 10 ms" : "";
        await MeasureAsync(report, server, $"Lead page, {rows:N0} leads, {Activities:N0} activities on it", new LeadQuestion(Busy), target);
        await MeasureAsync(report, server, $"Deal page, {rows:N0} deals", new DealQuestion(Busy), target);
        await MeasureAsync(report, server, $"Client page, {rows / 4:N0} clients", new ClientQuestion(Busy), target);
        await MeasureAsync(report, server, $"Timeline, newest 30 of {Activities:N0}, {rows:N0} leads", new TimelineQuestion(lead, TimelineKinds.All), target);
        await MeasureAsync(report, server, $"Timeline, 30 in the middle, {rows:N0} leads", new TimelineQuestion(lead, TimelineKinds.All, Before: middle[0].Mark), target);
        await MeasureAsync(report, server, $"Timeline, of a kind that is rare, {rows:N0} leads", new TimelineQuestion(lead, TimelineKinds.Calls), target);
        await MeasureAsync(report, server, $"Timeline, 300 loaded asked again, {rows:N0} leads", new TimelineQuestion(lead, TimelineKinds.All, DownTo: new(first.Entries[0].At.AddMinutes(-300), 0)), "");
    }

    /// <summary>Each third deal and each other client came from a lead. One activity on every lead, and on one of them a note a minute, a change now and then, a call in a thousand.</summary>
    private static void AddActivities(string path, int rows)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandTimeout = 300;
        command.CommandText = $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO activities (kind, lead_id, actor_name, summary, at) SELECT 'created', i, 'Website visitor', 'sent an enquiry', datetime('now', '-' || (i * 7919 % 700) || ' days') FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Activities})
            INSERT INTO activities (kind, lead_id, actor_id, actor_name, summary, detail, from_stage, to_stage, at)
            SELECT CASE WHEN i % 1000 = 0 THEN 'call' WHEN i % 50 = 0 THEN 'moved' WHEN i % 5 = 0 THEN 'edited' ELSE 'note' END, {Busy}, 3, 'Anna Alvarez', 'wrote down what was said on the phone, number ' || i,
                CASE WHEN i % 5 = 0 THEN '[{"{"}"field":"phone","before":"(469) 555-0100","after":"(469) 555-0101"{"}"}]' END, CASE WHEN i % 50 = 0 THEN 'new' END, CASE WHEN i % 50 = 0 THEN 'contacted' END, datetime('now', '-' || i || ' minutes') FROM n;
            UPDATE deals SET lead_id = id WHERE id % 3 = 0;
            UPDATE clients SET lead_id = id WHERE id % 2 = 0;
            """;
        command.ExecuteNonQuery();
    }

    private static async Task MeasureAsync<T>(Report report, Server server, string what, IQuestion<T> question, string target)
    {
        var times = new List<double>();
        for (var i = 0; i < 45; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.Store.ReadAsync(Anna, view => question.AskAsync(view, CancellationToken.None));
            if (i >= 5)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        report.Add(what, Report.Milliseconds(times), target);
    }
}
