using System.Net;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace KpsCrm.Web.Tests.Rights;

public sealed class ExportRightTests
{
    [Fact]
    public async Task WhoMayNotExportGetsNoFiguresAsDataAndTheProgramsTokenStillDoes()
    {
        await using var app = await CrmApp.StartAsync(settings: new() { ["Api:Token"] = "right" });
        using var anna = await app.SignInAsync("anna@kps.example");
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/api/analytics")).StatusCode);

        await ForbidExportAsync(app);

        var refused = await anna.GetAsync("/api/analytics");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("the right to export", await refused.Content.ReadAsStringAsync());
        using var program = app.NewClient();
        program.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer right");
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/analytics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/analytics?type=dashboard")).StatusCode);

        // Once an hour for each caller, however often they ask; who was refused read nothing.
        var told = await app.AuditedAsync(SecurityEvents.Exported, 2);
        Assert.Equal([("API", null, "api/analytics"), ("Anna Alvarez", "3", "api/analytics")], told.OrderBy(l => l.UserName, StringComparer.Ordinal).Select(l => (l.UserName, l.UserId, l.Subject)));
    }

    [Fact]
    public async Task AChartIsTakenAwayByThoseWhoMayTheTrailTellsAndTheRightGoesLive()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/");
        var chart = anna.Page.Locator("section[data-chart]").First;
        var name = await chart.GetAttributeAsync("data-chart");
        await OpenMenuAsync(chart);

        var csv = await anna.Page.RunAndWaitForDownloadAsync(() => anna.Page.GetByText("Download as CSV").ClickAsync());

        Assert.Equal($"{name}.csv", csv.SuggestedFilename);
        Assert.Equal(1, await ExportsAsync(app));
        await OpenMenuAsync(chart);
        await Assertions.Expect(anna.Page.GetByText("Download as CSV")).ToBeVisibleAsync();

        await ForbidExportAsync(app);

        await Assertions.Expect(anna.Page.GetByText("Show as table")).ToBeVisibleAsync();
        await Assertions.Expect(anna.Page.GetByText("Download as")).ToHaveCountAsync(0);
    }

    private static Task OpenMenuAsync(ILocator chart) => chart.GetByLabel("More: ").ClickAsync();

    private static Task ForbidExportAsync(CrmApp app) => app.Store.WriteAsync(Actor.System, db =>
    {
        db.RoleRights.Add(new RoleRights { Role = Role.Sales, MayExport = false });
        return Task.CompletedTask;
    });

    private static Task<int> ExportsAsync(CrmApp app) => app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.CountAsync(l => l.EventType == SecurityEvents.Exported && l.Subject!.StartsWith("charts/")));
}
