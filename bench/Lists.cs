using System.Diagnostics;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>What a page of a list costs in the data layer, asked anew each time: filter, search, order, depth; with growing numbers of rows.</summary>
public static class Lists
{
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
        var company = server.Services.GetRequiredService<CompanyOptions>();
        var index = server.Services.GetRequiredService<SearchIndex>();
        var watch = Stopwatch.StartNew();
        await index.CatchUpAsync();
        report.Add($"Text index of {rows:N0} leads, as many deals and a quarter as many clients", $"{watch.Elapsed.TotalSeconds:0.0} s", "", $"{watch.Elapsed.TotalMicroseconds / (rows * 2.25):0} µs a record");

        var target = rows >= 100_000 ? "≤ 3 ms" : "";
        foreach (var (what, query) in new[]
        {
            ("as it opens", ""), ("filter", "?status=contacted&owner=3"), ("filter that nothing passes", "?status=qualified&owner=3"), ("filter and search, few hits", $"?status=new&q=person+{rows / 2 + 7}"), ("filter and search, 1 in 1,000", "?status=new&q=company+77"), ("filter and search, all fit", "?status=new&q=person"),
            ("by value", "?sort=-value"), ("by name", "?sort=name"), ("by city, filter", "?sort=city&status=new"), ("page 100", "?page=100"), ("search by e-mail", "?q=person77@example.com"), ("search, mistyped", "?q=comapny"),
        })
        {
            await MeasureAsync(report, server, $"50 of {rows:N0} leads, {what}", new LeadsQuestion(LeadFilter.Of(new(query)), ListPlace.Of(new(query)), company), target);
        }
        foreach (var (what, query) in new[] { ("as it opens", ""), ("filter and search", "?stage=open&q=number+77"), ("by amount", "?sort=-amount"), ("by expected close, open", "?sort=expected&stage=open") })
            await MeasureAsync(report, server, $"50 of {rows:N0} deals, {what}", new DealsQuestion(DealFilter.Of(new(query)), ListPlace.Of(new(query)), company), target);
        foreach (var (what, query) in new[] { ("as it opens", ""), ("filter and search", "?status=active&q=client+77"), ("by value", "?sort=-value") })
            await MeasureAsync(report, server, $"50 of {rows / 4:N0} clients, {what}", new ClientsQuestion(ClientFilter.Of(new(query)), ListPlace.Of(new(query)), company), target);
        foreach (var (what, query) in new[] { ("all", ""), ("filter", "?status=contacted&owner=3"), ("search", "?q=company+77") })
            await MeasureAsync(report, server, $"Count and value of {rows:N0} leads, {what}", new LeadsTotalQuestion(LeadFilter.Of(new(query)), company), "");
        await MeasureAsync(report, server, $"Page {rows / 100:N0} of {rows:N0} leads", new LeadsQuestion(new LeadFilter(), new ListPlace(null, Math.Max(1, rows / 100)), company), "");
    }

    private static async Task MeasureAsync<T>(Report report, Server server, string what, IQuestion<T> question, string target)
    {
        var times = new List<double>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 5 || times.Count < 50 && watch.Elapsed.TotalSeconds < 3; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.Store.ReadAsync(Anna, view => question.AskAsync(view, CancellationToken.None));
            if (i >= 3)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        report.Add(what, Report.Milliseconds(times), target);
    }
}
