using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Health;

/// <summary>The exporter tells instruments of one name apart by nothing else: where several programs share a process, as in tests, they must not run beside it.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public class MetricsTests
{
    [Fact]
    public async Task TheFiguresMoveForARealAct()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = "9" });
        using var program = app.NewClient();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline/leads");
        var before = await ReadAsync(program);

        Assert.Equal(HttpStatusCode.OK, (await program.PostAsJsonAsync("/api/contact", new { name = "Ana Núñez", email = "ana@example.com", consent = true })).StatusCode);
        await anna.Page.UntilAsync("document.querySelectorAll('[data-lead-id]').length === 1");
        var after = await ReadAsync(program);

        foreach (var rising in new[] { "kps_write_duration_seconds_count", "kps_write_commit_size_count", "kps_db_command_duration_seconds_count", "kps_signals_published_total", "kps_signals_delivered_total", "kps_signals_delay_seconds_count", "http_server_request_duration_seconds_count" })
            Assert.True(after.GetValueOrDefault(rising) > before.GetValueOrDefault(rising), $"{rising}: {before.GetValueOrDefault(rising)}, then {after.GetValueOrDefault(rising)} among {string.Join(' ', after.Keys.Order())}");
        Assert.Equal((0, 2), (before["kps_mail_waiting"], after["kps_mail_waiting"]));
        Assert.Equal(1, after["aspnetcore_components_circuit_active"]);
        Assert.Equal(1, after["kps_sessions"]);
        Assert.InRange(after["kps_write_waiting"], 0, 10);
        Assert.True(after["kps_database_size_bytes"] > 100_000 && after["kps_disk_free_bytes"] > 0 && after["kps_screens"] > 0 && after["kps_audit_rows"] > 0);
        Assert.True(double.IsNaN(after["kps_backup_age_seconds"]));
    }

    [Fact]
    public async Task WithoutATokenOnlyThisMachineReadsThem()
    {
        await using var app = await CrmApp.StartAsync();
        using var program = app.NewClient();

        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/metrics")).StatusCode);
        foreach (var (header, value) in new[] { ("X-Forwarded-For", "203.0.113.7"), ("Forwarded", "for=203.0.113.7"), ("Via", "1.1 proxy"), ("Host", "crm.example") })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation(header, value);
            var answer = await program.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("Metrics__Token", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task WithATokenWhoeverBearsItReadsThem()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Metrics:Token"] = "a long secret" });
        using var program = app.NewClient();

        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/metrics")).StatusCode);
        // Routes take these for the same.
        foreach (var spelling in new[] { "/metrics/", "/METRICS", "/Metrics//", "/%6detrics" })
            Assert.DoesNotContain("kps_", await (await program.GetAsync(spelling)).Content.ReadAsStringAsync());
        program.DefaultRequestHeaders.Authorization = new("Bearer", "a long guess");
        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/metrics")).StatusCode);
        program.DefaultRequestHeaders.Authorization = new("Bearer", "a long secret");
        Assert.Contains("kps_write_waiting", await program.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task AFullDiskIsToldBeforeItIs()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Health:FreeMegabytes"] = "1000000" });
        using var stranger = app.NewClient();

        var ready = await stranger.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("""disk":"The disk has less than 1000000 MB of room left.""", await ready.Content.ReadAsStringAsync());
    }

    /// <summary>Summed over their labels.</summary>
    private static async Task<Dictionary<string, double>> ReadAsync(HttpClient client) => (await client.GetStringAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(l => l[0] != '#').Select(l => (Name: l[..l.IndexOfAny(['{', ' '])], Value: double.Parse(l[(l.Contains('}') ? l.LastIndexOf('}') + 1 : l.IndexOf(' '))..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)))
        .GroupBy(l => l.Name).ToDictionary(g => g.Key, g => g.Sum(l => l.Value));
}
