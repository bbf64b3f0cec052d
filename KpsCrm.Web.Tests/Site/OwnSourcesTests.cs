using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Site;

public class OwnSourcesTests
{
    /// <summary>Pages that are found by themselves: one more is walked without being named here.</summary>
    private static IEnumerable<(string Path, bool ForAnyone)> Pages => typeof(Program).Assembly.GetTypes()
        .SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), false).Cast<RouteAttribute>().Select(r => (
            Path: System.Text.RegularExpressions.Regex.Replace(r.Template, "\\{[^}]*\\}", "1"),
            ForAnyone: t.IsDefined(typeof(AllowAnonymousAttribute), false))))
        .Where(p => p.Path is not ("/error" or "/not-found")).Distinct();

    [Fact]
    public async Task NoPageAsksAnotherSiteAndNoneBreaksItsOwnPolicy()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/leads");
        await using var visitor = await Browser.OpenAsync(app, null, "/contact");
        var asked = new Dictionary<string, HashSet<string>>();
        string? now = null;
        foreach (var browser in new[] { admin, visitor })
        {
            browser.Page.Request += (_, request) => Asked(new Uri(request.Url).GetLeftPart(UriPartial.Authority));
            browser.Page.WebSocket += (_, socket) => Asked(new Uri(socket.Url).GetLeftPart(UriPartial.Authority).Replace("ws:", "http:"));
            await browser.Page.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error(`refused by the policy: ${e.effectiveDirective} ${e.blockedURI}`))");
        }

        foreach (var (path, forAnyone) in Pages)
        {
            asked[now = path] = [];
            var browser = forAnyone ? visitor : admin;
            await browser.Page.GotoAsync(path);
            if (await browser.Page.Locator("script[src*='blazor.web']").CountAsync() > 0)
            {
                await browser.LiveAsync();
                await Expect(browser.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            }
            Assert.True(await browser.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth") || path == "/pipeline", $"{path} scrolls sideways");
        }

        void Asked(string origin)
        {
            // Before the first page of the walk the browsers were opened.
            if (now is not null)
                asked[now].Add(origin);
        }

        Assert.True(asked.Count >= 20, $"Only {asked.Count} pages were found.");
        Assert.All(asked, page => Assert.Equal([app.Url], page.Value));
        Assert.Equal([], admin.Errors);
        // That no system of this number has been set up anew is an answer, too.
        Assert.Equal([], visitor.Errors.Where(e => !e.Contains("/setup")));
    }

    [Fact]
    public void NoPageCarriesAnInlineScriptOrHandler()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KpsCrm.sln")))
            folder = folder.Parent!;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.FullName, "KpsCrm.Web"), "*.razor", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/") && !f.Contains("/bin/")))
        {
            var text = File.ReadAllText(file);
            Assert.False(System.Text.RegularExpressions.Regex.IsMatch(text, "<script(?![^>]*\\bsrc=)[^>]*>"), $"{file} has an inline script");
            Assert.False(System.Text.RegularExpressions.Regex.IsMatch(text, "\\son(click|load|error|submit|change|input|focus|mouseover)=\""), $"{file} has an inline handler");
            Assert.DoesNotContain("javascript:", text);
        }
    }
}
