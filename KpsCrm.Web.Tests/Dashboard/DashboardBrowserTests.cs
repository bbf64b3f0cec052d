using System.Globalization;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace KpsCrm.Web.Tests.Dashboard;

public sealed class DashboardBrowserTests
{
    private static readonly string[] Charts = ["lead-sources", "monthly-trends", "pipeline-by-stage", "revenue-by-month", "leads-by-city"];

    [Fact]
    public async Task ANewLeadAndAWonDealChangeTheTilesAndEveryChartWithoutRebuildingOne()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var manager = await Browser.OpenAsync(app, "manager@kps.example", "/");
        var page = manager.Page;
        foreach (var chart in Charts)
            await page.Locator($"[data-chart={chart}] .apexcharts-canvas svg").First.WaitForAsync();
        // The library draws the shapes anew but keeps its chart, whose id is drawn by lot when it is made.
        const string Ids = "[...document.querySelectorAll('.apexcharts-canvas')].map(c => c.id).join()";
        var ids = await page.EvaluateAsync<string>(Ids);
        var leads = await KpiAsync(page, "total-leads");
        var revenue = await KpiAsync(page, "revenue");
        var before = await Task.WhenAll(Charts.Select(c => SumAsync(page, c)));

        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana Núñez", Email = "ana@example.com", Source = "website", City = "Dallas", ValueCents = 5_000_00, CreatedAt = db.Now })));
        await app.Store.WriteAsync(Actor.System, async db =>
        {
            var deal = await db.Deals.FirstAsync(d => d.Stage == DealStage.Proposal);
            db.Add(deal.MoveTo(DealStage.ClosedWon, deal.Rank, Actor.System, db.Now, new Won(12_345_00, DateOnly.FromDateTime(db.Now.AddDays(-1))))!);
        });

        await Assertions.Expect(page.Locator("[data-kpi=total-leads]")).ToHaveAttributeAsync("data-value", (leads + 1).ToString(CultureInfo.InvariantCulture));
        await Assertions.Expect(page.Locator("[data-kpi=revenue]")).ToHaveAttributeAsync("data-value", (revenue + 12_345).ToString(CultureInfo.InvariantCulture));
        // The drawing itself, not only the table beside it: the donut's middle is drawn by the library.
        await Assertions.Expect(page.Locator("[data-chart=lead-sources] .apexcharts-datalabel-value")).ToHaveTextAsync((before[0] + 1).ToString(CultureInfo.InvariantCulture));
        var after = await Task.WhenAll(Charts.Select(c => SumAsync(page, c)));
        Assert.Equal(before[0] + 1, after[0]);
        Assert.Equal(before[4] + 1, after[4]);
        Assert.Equal(before[1] + 1, after[1]);
        Assert.NotEqual(before[2], after[2]);
        Assert.Equal(before[3] + 12_345, after[3]);
        Assert.Equal(ids, await page.EvaluateAsync<string>(Ids));
        Assert.Empty(manager.Errors);
    }

    [Fact]
    public async Task ATooltipThatSomeoneReadsOutlivesAnUpdate()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/");
        var chart = anna.Page.Locator("[data-chart=leads-by-city]");
        await anna.Page.UntilAsync("document.querySelector('[data-chart=leads-by-city] .apexcharts-bar-area') && document.getAnimations().every(a => a.playState !== 'running')");
        await chart.Locator(".apexcharts-bar-area").First.HoverAsync();
        await Assertions.Expect(chart.Locator(".apexcharts-tooltip.apexcharts-active")).ToBeVisibleAsync();
        var city = (await chart.Locator("tbody th").First.TextContentAsync())!;
        var sum = await SumAsync(anna.Page, "leads-by-city");
        // The library hides a tooltip by taking the class away; the new shapes are new elements.
        await anna.Page.EvaluateAsync("document.querySelector('[data-chart=leads-by-city] .apexcharts-bar-area').dataset.old = ''");

        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com", City = city, CreatedAt = db.Now })));

        await anna.Page.UntilAsync("document.querySelectorAll('[data-chart=leads-by-city] .apexcharts-bar-area').length > 0 && !document.querySelector('[data-chart=leads-by-city] [data-old]')");
        await Assertions.Expect(chart.Locator(".apexcharts-tooltip.apexcharts-active")).ToBeVisibleAsync();
        await Assertions.Expect(chart.Locator(".apexcharts-tooltip.apexcharts-active")).ToContainTextAsync(city);
        Assert.Equal(sum + 1, await SumAsync(anna.Page, "leads-by-city"));
        Assert.Empty(anna.Errors);
    }

    [Fact]
    public async Task AClickOnABarOpensTheListWithExactlyItsRows()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/");
        var first = anna.Page.Locator("[data-chart=leads-by-city] tbody tr").First;
        var city = await first.Locator("th").TextContentAsync();
        var count = await first.Locator("td").GetAttributeAsync("data-value");

        await anna.Page.Locator("[data-chart=leads-by-city] .apexcharts-bar-area").First.ClickAsync();

        await Assertions.Expect(anna.Page.Locator("h1")).ToHaveTextAsync("Leads");
        await Assertions.Expect(anna.Page.Locator("[data-count]")).ToHaveAttributeAsync("data-count", count!);
        await Assertions.Expect(anna.Page.GetByText($"City: {city}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AnEmptySystemWelcomesWithTheOneUsefulStep()
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/");

        await Assertions.Expect(anna.Page.GetByRole(AriaRole.Link, new() { Name = "Open the form" })).ToHaveAttributeAsync("href", "/contact");
        await anna.AssertAccessibleAsync();

        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com", CreatedAt = db.Now })));

        await Assertions.Expect(anna.Page.Locator("[data-kpi=total-leads]")).ToHaveAttributeAsync("data-value", "1");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task TheDashboardIsAccessibleAndScrollsNothingSideways(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/", phone, dark);
        await anna.Page.Locator("[data-chart=leads-by-city] .apexcharts-bar-area").First.WaitForAsync();
        await anna.AssertAccessibleAsync();
        Assert.Equal(0, await anna.Page.EvaluateAsync<int>("(m => m.scrollWidth - m.clientWidth)(document.querySelector('.content'))"));
    }

    private static async Task<decimal> KpiAsync(IPage page, string kpi) =>
        decimal.Parse((await page.Locator($"[data-kpi={kpi}]").GetAttributeAsync("data-value"))!, CultureInfo.InvariantCulture);

    private static async Task<decimal> SumAsync(IPage page, string chart) =>
        (decimal)await page.EvaluateAsync<double>("c => [...document.querySelectorAll(`[data-chart=${c}] tbody td:nth-child(2)`)].reduce((sum, td) => sum + Number(td.dataset.value), 0)", chart);
}
