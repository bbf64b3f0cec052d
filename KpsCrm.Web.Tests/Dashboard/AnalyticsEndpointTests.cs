using System.Net;
using System.Text.Json;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Dashboard;

public sealed class AnalyticsEndpointTests
{
    [Fact]
    public async Task AStrangerGetsA401AsJson()
    {
        await using var app = await CrmApp.StartAsync();
        using var stranger = app.NewClient();

        var answer = await stranger.GetAsync("/api/analytics?type=dashboard");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.False(json.RootElement.GetProperty("success").GetBoolean());
        Assert.NotEmpty(json.RootElement.GetProperty("error").GetString()!);
    }

    [Theory]
    [InlineData("right", "right", HttpStatusCode.OK)]
    [InlineData("right", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("", "", HttpStatusCode.Unauthorized)]
    [InlineData(null, "anything", HttpStatusCode.Unauthorized)]
    public async Task OnlyTheSetTokenGetsIn(string? set, string sent, HttpStatusCode expected)
    {
        await using var app = await CrmApp.StartAsync(settings: new() { ["Api:Token"] = set });
        using var program = app.NewClient();
        program.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {sent}");

        Assert.Equal(expected, (await program.GetAsync("/api/analytics")).StatusCode);
    }

    [Fact]
    public async Task TheJsonIsTheDocumentedOne()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        using var anna = await app.SignInAsync();

        using var wrapped = JsonDocument.Parse(await anna.GetStringAsync("/api/analytics?type=dashboard"));
        using var bare = JsonDocument.Parse(await anna.GetStringAsync("/api/analytics"));

        Assert.Equal(["success", "data", "lastUpdated"], Names(wrapped.RootElement));
        Assert.True(DateTime.TryParse(wrapped.RootElement.GetProperty("lastUpdated").GetString(), out _));
        Assert.Equal(wrapped.RootElement.GetProperty("data").GetRawText(), bare.RootElement.GetRawText());
        var data = bare.RootElement;
        Assert.Equal(["kpis", "recentActivity", "charts"], Names(data));
        Assert.Equal(["totalLeads", "totalClients", "totalRevenue", "monthlyLeads", "conversionRate", "pipelineValue"], Names(data.GetProperty("kpis")));
        Assert.All(data.GetProperty("kpis").EnumerateObject(), k => Assert.Equal(JsonValueKind.Number, k.Value.ValueKind));
        Assert.Equal(5, data.GetProperty("recentActivity").GetProperty("leads").GetArrayLength());
        Assert.Equal(["id", "name", "email", "phone", "company", "service", "timeline", "budget", "status", "priority", "source", "value", "city", "state", "country", "assigned_to", "notes", "created_at", "updated_at"],
            Names(data.GetProperty("recentActivity").GetProperty("leads")[0]));
        Assert.Equal(["id", "lead_id", "name", "email", "phone", "company", "total_value", "status", "notes", "joined_at", "updated_at"], Names(data.GetProperty("recentActivity").GetProperty("clients")[0]));
        Assert.Equal(["source", "count"], Names(data.GetProperty("charts").GetProperty("leadSources")[0]));
        var months = data.GetProperty("charts").GetProperty("monthlyTrends").EnumerateArray().ToList();
        Assert.Equal(["month", "leads", "avg_value"], Names(months[0]));
        Assert.Equal(6, months.Count);
        Assert.Equal(months.Select(m => m.GetProperty("month").GetString()).Order(StringComparer.Ordinal), months.Select(m => m.GetProperty("month").GetString()));
    }

    [Fact]
    public async Task TileListAndApiAgree()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        using var client = await app.SignInAsync();
        var anna = await app.ActorAsync("anna@kps.example");
        var (answers, company) = (app.Services.GetRequiredService<LiveAnswers>(), app.Services.GetRequiredService<CompanyOptions>());
        using var json = JsonDocument.Parse(await client.GetStringAsync("/api/analytics"));
        var kpis = json.RootElement.GetProperty("kpis");

        foreach (var period in new[] { Period.Default, new("30d"), new("12m"), new("ytd"), Period.All })
        {
            var figures = await answers.AskAsync(anna, new DashboardQuestion(period, null, company));
            var tiles = DashboardTiles.Large(figures, period, null).ToDictionary(t => t.Kpi);
            foreach (var kpi in new[] { "total-leads", "monthly-leads", "total-clients", "revenue", "pipeline-value" })
                Assert.Equal((kpi, tiles[kpi].Value), (kpi, await ListedAsync(tiles[kpi])));

            foreach (var chart in new[] { DashboardCharts.LeadSources(figures, null), DashboardCharts.LeadsByCity(figures, null), DashboardCharts.MonthlyTrends(figures, null), DashboardCharts.RevenueByMonth(figures, null), DashboardCharts.PipelineByStage(figures, null) })
            {
                foreach (var point in chart.Points)
                    Assert.Equal((point.LongLabel, point.Values[0]), (point.LongLabel, await CountAsync(point.Href!, chart.Series[0].Format == Web.Charts.ChartFormat.Dollars)));
            }

            if (period == Period.Default)
            {
                foreach (var (name, tile) in new[] { ("totalLeads", "total-leads"), ("totalClients", "total-clients"), ("totalRevenue", "revenue"), ("monthlyLeads", "monthly-leads"), ("conversionRate", "conversion-rate"), ("pipelineValue", "pipeline-value") })
                    Assert.Equal((name, kpis.GetProperty(name).GetDecimal()), (name, tiles[tile].Value));
            }
        }

        Task<decimal> ListedAsync(Tile tile) => CountAsync(tile.Href, tile.Text.StartsWith('$'));

        async Task<decimal> CountAsync(string href, bool money)
        {
            var query = new ListQuery(href[(href.IndexOf('?') is >= 0 and var i ? i : href.Length)..]);
            var total = href.Split('?')[0] switch
            {
                "/leads" => await answers.AskAsync(anna, new LeadsTotalQuestion(LeadFilter.Of(query), company)),
                "/clients" => await answers.AskAsync(anna, new ClientsTotalQuestion(ClientFilter.Of(query), company)),
                _ => await answers.AskAsync(anna, new DealsTotalQuestion(DealFilter.Of(query), company)),
            };
            return money ? total.Cents / 100m : total.Count;
        }
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}
