using System.Diagnostics;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>What the boards' and the dashboard's questions cost the database, asked anew each time, with growing numbers of leads and deals.</summary>
public static class Answers
{
    private static readonly Actor Anna = new(3, "Anna Alvarez", Role.Sales);

    public static async Task RunAsync(Report report)
    {
        var most = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var limit) ? limit : 100_000;
        foreach (var rows in new[] { 1_000, 10_000, 100_000 }.Where(n => n <= most))
        {
            await using var server = Server.Start();
            Rows.Fill(server.DatabasePath, rows, rows);
            // Else the boards' text filter reads what the index does not hold yet.
            await server.Services.GetRequiredService<SearchIndex>().CatchUpAsync();
            var company = server.Services.GetRequiredService<CompanyOptions>();
            var today = company.DayOf(DateTime.UtcNow);
            var target = rows == 100_000 ? "≤ 100 ms" : "";
            await MeasureAsync(report, server, $"Deals board, {rows:N0} deals", new DealBoardQuestion(new Filter(), new Depths(Enumerable.Repeat(Depths.Step, 5)), today), target);
            await MeasureAsync(report, server, $"Deals board, {rows:N0} deals, one owner", new DealBoardQuestion(new Filter(Owner: 3), new Depths(Enumerable.Repeat(Depths.Step, 5)), today), target);
            await MeasureAsync(report, server, $"Deals board, {rows:N0} deals, text filter", new DealBoardQuestion(new Filter(Text: "number 77"), new Depths(Enumerable.Repeat(Depths.Step, 5)), today), target);
            await MeasureAsync(report, server, $"Leads board, {rows:N0} leads", new LeadBoardQuestion(new Filter(), new Depths(Enumerable.Repeat(Depths.Step, 7))), target);
            await MeasureAsync(report, server, $"Tasks of one person, {rows:N0} tasks, deals and leads", new TasksQuestion(3, today, null, company), target);
            await MeasureAsync(report, server, $"Tasks of everyone, {rows:N0} tasks, deals and leads", new TasksQuestion(null, today, null, company), target);
            await MeasureAsync(report, server, $"Due tasks of one person, {rows:N0} tasks", new DueCountQuestion(3, today), "");
            await MeasureAsync(report, server, $"Dashboard, {rows:N0} leads and deals", new DashboardQuestion(Period.Default, null, company), target);
        }
    }

    private static async Task MeasureAsync<T>(Report report, Server server, string what, IQuestion<T> question, string target)
    {
        var times = new List<double>();
        for (var i = 0; i < 25; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.Store.ReadAsync(Anna, view => question.AskAsync(view, default));
            if (i >= 5)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        report.Add(what, $"p50 {Report.Number(Report.Percentile(times, 50))} ms, p95 {Report.Number(Report.Percentile(times, 95))} ms", target);
    }
}
