using System.Diagnostics;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>What a narrow right costs: the same questions, asked by the same person who sees everything, then their own records only (a quarter of all).</summary>
public static class RightsCost
{
    private static readonly Actor Anna = new(3, "Anna Alvarez", Role.Sales);

    public static async Task RunAsync(Report report)
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var limit) ? Math.Min(limit, 100_000) : 100_000;
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, rows, rows);
        await server.Services.GetRequiredService<SearchIndex>().CatchUpAsync();
        var company = server.Services.GetRequiredService<CompanyOptions>();
        var today = company.DayOf(DateTime.UtcNow);
        var measures = new (string What, Func<CrmView, Task> Ask)[]
        {
            ("50 leads, as the list opens", Of(new LeadsQuestion(LeadFilter.Of(new("")), ListPlace.Of(new("")), company))),
            ("50 leads, filter and search", Of(new LeadsQuestion(LeadFilter.Of(new("?status=new&q=company+77")), ListPlace.Of(new("")), company))),
            ("count and value of the leads", Of(new LeadsTotalQuestion(LeadFilter.Of(new("")), company))),
            ("50 clients, search", Of(new ClientsQuestion(ClientFilter.Of(new("?q=client+77")), ListPlace.Of(new("")), company))),
            ("50 deals, as the list opens", Of(new DealsQuestion(DealFilter.Of(new("")), ListPlace.Of(new("")), company))),
            ("leads board", Of(new LeadBoardQuestion(new Filter(), new Depths(Enumerable.Repeat(Depths.Step, 7))))),
            ("deals board", Of(new DealBoardQuestion(new Filter(), new Depths(Enumerable.Repeat(Depths.Step, 5)), today))),
            ("tasks of one person", Of(new TasksQuestion(3, today, null, company))),
            ("dashboard", Of(new DashboardQuestion(Period.Default, null, company))),
        };
        var all = await MeasureAsync(server, measures);
        await server.Store.WriteAsync(Actor.System, db => db.RoleRights.AddAsync(new RoleRights { Role = Role.Sales, Sees = Scope.Own, Changes = Scope.Own }).AsTask());
        var own = await MeasureAsync(server, measures);
        foreach (var ((what, _), (everyones, onlyOwn)) in measures.Zip(all.Zip(own)))
            report.Add($"Own records of {rows:N0}: {what}", Report.Milliseconds(onlyOwn), "≤ 100 ms", $"{Report.Percentile(onlyOwn, 50) / Report.Percentile(everyones, 50):0.0}× everyone's ({Report.Number(Report.Percentile(everyones, 50))} ms)");
    }

    private static Func<CrmView, Task> Of<T>(IQuestion<T> question) => view => question.AskAsync(view, CancellationToken.None);

    private static async Task<List<List<double>>> MeasureAsync(Server server, (string What, Func<CrmView, Task> Ask)[] measures)
    {
        var all = new List<List<double>>();
        foreach (var (_, ask) in measures)
        {
            var times = new List<double>();
            for (var i = 0; i < 25; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await server.Store.ReadAsync(Anna, async view =>
                {
                    await ask(view);
                    return 0;
                });
                if (i >= 5)
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            all.Add(times);
        }
        return all;
    }
}
