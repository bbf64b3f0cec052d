using System.Diagnostics;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>
/// What the audit trail costs a move on the board: moves while nobody looks at anything, and while twenty records a second are opened and told
/// to the trail. In turns, so that both meet the same machine.
/// </summary>
public static class AuditCost
{
    private const int Rounds = 60;
    private const int Moves = 100;
    private const int ViewsPerSecond = 20;
    private static readonly Actor Anna = new(3, "Anna Alvarez", Role.Sales) { From = new("203.0.113.9", "Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537") };

    public static async Task RunAsync(Report report)
    {
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, leads: 20, deals: 200);
        var trail = server.Services.GetRequiredService<SecurityTrail>();
        var (without, with) = (new List<double>(), new List<double>());
        await MoveAsync(server, []);
        for (var round = 0; round < Rounds; round++)
        {
            // Either comes first as often as the other.
            foreach (var watched in round % 2 == 0 ? new[] { false, true } : [true, false])
            {
                using var stop = new CancellationTokenSource();
                var views = watched ? ViewAsync(trail, stop.Token) : Task.CompletedTask;
                await MoveAsync(server, watched ? with : without);
                await stop.CancelAsync();
                await views;
            }
        }

        var (bare, told) = (Report.Percentile(without, 50), Report.Percentile(with, 50));
        report.Add("A move on the board in the data layer, nobody looking", Report.Milliseconds(without), "", $"{without.Count} moves");
        report.Add($"The same while {ViewsPerSecond} records a second are opened and told to the audit trail", Report.Milliseconds(with), "≤ +5 %", $"{(told / bare - 1) * 100:+0.0;-0.0} % at the median");
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5_000; i++)
            trail.Note(Anna, SecurityEvents.RecordViewed, $"leads/{i}");
        report.Add("What opening a record waits for the trail", $"{Stopwatch.GetElapsedTime(start).TotalMicroseconds / 5_000:0.0} µs");

        await FillAsync(server, 100_000);
        var check = server.Services.GetRequiredService<AuditCheck>();
        start = Stopwatch.GetTimestamp();
        var proof = await check.RunAsync();
        report.Add("Proving the trail", $"{Report.Number(proof.Rows / Stopwatch.GetElapsedTime(start).TotalSeconds)} rows/s", "", $"{proof.Rows:N0} rows, {proof.Findings.Count} findings");
    }

    private static async Task FillAsync(Server server, int rows)
    {
        for (var i = 0; i < rows; i += 1_000)
            await server.Store.WriteAsync(Anna, db =>
            {
                for (var n = 0; n < 1_000; n++)
                    db.Audit(SecurityEvents.RecordViewed, $"leads/{n}");
                return Task.CompletedTask;
            });
    }

    private static async Task ViewAsync(SecurityTrail trail, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            trail.Note(Anna, SecurityEvents.RecordViewed, $"leads/{i}");
            await Task.Delay(1_000 / ViewsPerSecond, CancellationToken.None);
        }
    }

    private static async Task MoveAsync(Server server, List<double> times)
    {
        var (id, stage, version) = await server.Store.ReadAsync(Anna, async view =>
        {
            var deal = await view.Deals.Where(d => d.Stage == DealStage.Proposal || d.Stage == DealStage.Negotiation).OrderBy(d => d.Id).FirstAsync();
            return (deal.Id, deal.Stage, deal.Version);
        });
        for (var i = 0; i < Moves; i++)
        {
            var to = stage == DealStage.Proposal ? DealStage.Negotiation : DealStage.Proposal;
            var start = Stopwatch.GetTimestamp();
            version = ((Moved)await new MoveDeal(id, stage, to, Place.Top, version).RunAsync(server.Store, Anna)).Version;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            stage = to;
        }
    }
}
