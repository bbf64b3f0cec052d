using System.Text.Json;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>The program started on the older system's file.</summary>
public sealed class AdoptedOnScreenTests
{
    [Fact]
    public async Task AStartAdoptsTheFileAndTheAnalyticsSayWhatTheOlderDashboardSaid()
    {
        using var legacy = LegacyDatabase.Sample();
        legacy.Run("INSERT INTO leads (name, email, created_at) VALUES ('This week', 'week@example.com', datetime('now', '-3 days')), ('This month', 'month@example.com', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-20 days'))");
        var before = legacy.Ask("""
            SELECT (SELECT count(*) FROM leads), (SELECT count(*) FROM clients WHERE status = 'active'), printf('%.2f', (SELECT sum(amount) FROM deals WHERE status = 'closed_won')),
                (SELECT count(*) FROM leads WHERE created_at >= datetime('now', '-30 days')), printf('%.1f', 100.0 * (SELECT count(*) FROM clients WHERE status = 'active') / (SELECT count(*) FROM leads)),
                printf('%.2f', (SELECT sum(amount) FROM deals WHERE status IN ('proposal', 'negotiation', 'review')))
            """);
        var sources = legacy.Ask("SELECT coalesce(source, 'unknown'), count(*) FROM leads GROUP BY 1 ORDER BY 1");

        await using var app = await CrmApp.StartAsync(folder: legacy.Folder, settings: new() { ["Api:Token"] = "t" });
        using var program = app.NewClient();
        program.DefaultRequestHeaders.Authorization = new("Bearer", "t");
        using var json = JsonDocument.Parse(await program.GetStringAsync("/api/analytics"));

        var kpis = json.RootElement.GetProperty("kpis");
        Assert.Equal(before, [FormattableString.Invariant($"{kpis.GetProperty("totalLeads")}|{kpis.GetProperty("totalClients")}|{kpis.GetProperty("totalRevenue").GetDecimal():0.00}|{kpis.GetProperty("monthlyLeads")}|{kpis.GetProperty("conversionRate").GetDecimal():0.0}|{kpis.GetProperty("pipelineValue").GetDecimal():0.00}")]);
        Assert.Equal(sources, json.RootElement.GetProperty("charts").GetProperty("leadSources").EnumerateArray().Select(s => $"{s.GetProperty("source").GetString()}|{s.GetProperty("count")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task APersonFindsTheLeadWithItsHistory()
    {
        using var legacy = LegacyDatabase.Sample();
        await using var app = await CrmApp.StartAsync(folder: legacy.Folder);

        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads?q=lead7@example.com");
        await anna.Page.GetByText("Søren García").First.ClickAsync();
        await anna.Page.AtAsync("/leads/8");
        await anna.Page.GetByText("As the older system had it").First.WaitForAsync();

        await anna.AssertAccessibleAsync();
    }

    [Fact]
    public async Task InProductionTheFirstAdminIsMadeAsOnANewSystem()
    {
        using var legacy = LegacyDatabase.Sample();
        await using var app = await CrmApp.StartAsync(folder: legacy.Folder, environment: "Production");

        Assert.Equal("/setup", (await app.NewClient().GetAsync("/sign-in")).Headers.Location!.OriginalString);
        Assert.Equal(240, await app.Store.ReadAsync(Actor.System, view => view.Leads.CountAsync()));
    }

    [Fact]
    public async Task TheOlderAuditRowsAreKeptFromTheDayTheyCameAndShowIfTheyAreChanged()
    {
        const int days = 730;
        using var legacy = LegacyDatabase.Sample();
        await legacy.AdoptAsync();
        await using var services = legacy.Services();
        var (retention, check) = (services.GetRequiredService<AuditRetention>(), services.GetRequiredService<AuditCheck>());

        Assert.Equal(0, await retention.RunAsync(days));
        Assert.Empty((await check.RunAsync()).Findings);
        legacy.Run("UPDATE security_logs SET details = 'nothing' WHERE id = 1");
        Assert.Contains("from before the chain", Assert.Single((await check.RunAsync()).Findings));

        legacy.Clock.Advance(TimeSpan.FromDays(days + 1));
        await services.GetRequiredService<CrmStore>().WriteAsync(Actor.System, db =>
        {
            db.Audit("setting_changed");
            return Task.CompletedTask;
        });
        Assert.True(await retention.RunAsync(days) >= 80);
    }

    [Fact]
    public async Task TheCommandTellsAndItsExitCodeToo()
    {
        using var legacy = LegacyDatabase.Sample();
        var line = new CommandLine(Path.Combine(legacy.Folder, "new", "kps_crm.db"));
        var report = Path.Combine(legacy.Folder, "what-happened.txt");

        var first = await line.RunAsync(["db", "adopt", legacy.Path, "--report", report]);
        var again = await line.RunAsync(["db", "adopt", legacy.Path]);
        var foreign = await line.RunAsync(["db", "adopt", report]);
        var postgres = await line.RunAsync(["db", "adopt", legacy.Path], ("Database__Provider", "Postgres"), ("Database__ConnectionString", "Host=127.0.0.1;Port=9"));

        Assert.Equal((0, 0, 1, 1), (first.Code, again.Code, foreign.Code, postgres.Code));
        Assert.Contains("Adopted 1,730 rows", first.Out);
        Assert.Contains("status-unknown", await File.ReadAllTextAsync(report));
        Assert.Contains("adopted already", again.Out);
        Assert.Contains("no SQLite database", foreign.Err);
        Assert.Contains("on SQLite only", postgres.Err);
    }
}
