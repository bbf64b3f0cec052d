using System.Net;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Audit;

public class AuditDoorTests
{
    /// <summary>I01: a visitor's own word on his address counts for nothing.</summary>
    [Fact]
    public async Task WithoutATrustedProxyEveryForwardedHeaderIsIgnored()
    {
        await using var app = await CrmApp.StartAsync();
        Assert.Equal("127.0.0.1", await AddressSeenAsync(app, "203.0.113.9"));
    }

    /// <summary>I02: the last hop that is no proxy of ours counts, however much stands to its left.</summary>
    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "198.51.100.66, 203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1, 10.0.0.0/8", "198.51.100.66, 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("127.0.0.1", "198.51.100.66, 10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1")]
    [InlineData("192.0.2.1", "203.0.113.9", "127.0.0.1")]
    public async Task OfForwardedAddressesTheLastUntrustedOneCounts(string trusted, string header, string seen)
    {
        await using var app = await CrmApp.StartAsync(settings: new() { ["Proxy:Trusted"] = trusted });
        Assert.Equal(seen, await AddressSeenAsync(app, header));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1, 300.1.1.1")]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/99")]
    [InlineData("1")]
    public void AWrongProxyIsNamed(string value) => Assert.Contains("Proxy__Trusted holds", Assert.Throws<TroubleException>(() => TrustedProxies.Parse(value)).Message);

    [Fact]
    public async Task OnlyAdminsGetThePageAndTheExportAndRefusalsAreInTheTrail()
    {
        await using var app = await CrmApp.StartAsync();
        foreach (var email in new[] { "manager@kps.example", "anna@kps.example" })
        {
            var client = await app.SignInAsync(email);
            foreach (var path in new[] { "/audit", "/audit/export", "/audit/export?kind=sign_in", "/audit?row=1" })
            {
                var answer = await client.GetAsync(path);
                Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
                Assert.StartsWith("/sign-in", answer.Headers.Location!.PathAndQuery);
            }
        }
        Assert.Equal(HttpStatusCode.Found, (await app.NewClient().GetAsync("/audit/export")).StatusCode);

        var refused = await app.AuditedAsync(SecurityEvents.RequestRefused, 4);
        Assert.Equal(["Anna Alvarez", "Maria Manager"], refused.Select(l => l.UserName).Distinct().Order());
        Assert.Empty(await app.AuditedAsync(SecurityEvents.Exported));
    }

    [Fact]
    public async Task TheExportHasTheFilteredRowsAndIsItselfInTheTrail()
    {
        await using var app = await CrmApp.StartAsync();
        await CrmApp.PostFormAsync(app.NewClient(), "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "=cmd|calc@kps.example", ["Input.Password"] = "wrong" });
        var admin = await app.SignInAsync("admin@kps.example");

        var answer = await admin.GetAsync("/audit/export?kind=login_failure");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("login_failure", lines[1]);
        Assert.DoesNotContain(lines[1].Split(','), cell => cell.TrimStart('"') is ['=' or '+' or '-' or '@', ..]);
        var row = Assert.Single(await app.AuditedAsync(SecurityEvents.Exported));
        Assert.Equal(("Alex Admin", "audit"), (row.UserName, row.Subject));
        Assert.Contains("\"rows\":1", row.Details);
    }

    [Fact]
    public async Task AFloodOfRefusalsIsToldOnceAMinute()
    {
        await using var app = await CrmApp.StartAsync(settings: new() { ["Account:SignInsPerMinute"] = "2" });
        for (var i = 0; i < 30; i++)
            await app.NewClient().PostAsync("/sign-in", new FormUrlEncodedContent([]));

        var row = Assert.Single(await app.AuditedAsync(SecurityEvents.RequestRefused, 1), l => l.Details!.Contains("429"));
        Assert.Equal(SecuritySeverity.Warning, row.Severity);
        Assert.Contains("token", Assert.Single(await app.AuditedAsync(SecurityEvents.RequestRefused), l => l.Details!.Contains("400")).Details);
    }

    [Fact]
    public async Task WhoMakesUpAnAddressForEachRequestFillsNoTrail()
    {
        await using var app = await CrmApp.StartAsync();
        using var stranger = app.NewClient();
        for (var i = 0; i < 50; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(i % 2 == 0 ? $"/api/{i}/made/up" : $"/API/x{i}")).StatusCode);

        Assert.Single(await app.AuditedAsync(SecurityEvents.RequestRefused, 1));
    }

    /// <summary>However the route takes it.</summary>
    [Theory]
    [InlineData("/leads/12", "leads", 12)]
    [InlineData("/LEADS/12", "leads", 12)]
    [InlineData("/Deals/+7", "deals", 7)]
    [InlineData("/clients/%2B7", "clients", 7)]
    [InlineData("/clients/new", null, 0)]
    [InlineData("/leads", null, 0)]
    public void ARecordIsKnownByItsAddress(string path, string? kind, int id) => Assert.Equal(kind is null ? null : (kind, id), PageTrail.RecordOf(path));

    [Fact]
    public async Task WhatSomebodyOpensAndSearchesIsInTheTrailWithWhereFrom()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads/1");
        await anna.Page.GotoAsync("/leads?q=dallas");
        await anna.LiveAsync();
        await anna.Page.GotoAsync("/deals/99999");
        await anna.LiveAsync();

        var seen = Assert.Single(await app.AuditedAsync(SecurityEvents.RecordViewed, 1));
        Assert.Equal(("leads/1", "Anna Alvarez", "127.0.0.1"), (seen.Subject, seen.UserName, seen.IpAddress));
        Assert.Contains("Chrome", seen.UserAgent);
        Assert.Contains("dallas", Assert.Single(await app.AuditedAsync(SecurityEvents.Searched, 1)).Details);
        Assert.Equal("deals/99999", Assert.Single(await app.AuditedAsync(SecurityEvents.ViewRefused, 1)).Subject);
    }

    /// <summary>Who saw a record is to be known also where nobody opened it.</summary>
    [Fact]
    public async Task WhatListsBoardsAndFindsHaveShownIsInTheTrailOnce()
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        var (lead, name) = await app.Store.ReadAsync(Actor.System, view => view.Leads.OrderByDescending(l => l.Id).Select(l => ValueTuple.Create(l.Id, l.Name)).FirstAsync());
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads");
        await Expect(anna.Page.Locator($"tr[data-row='{lead}']")).ToBeVisibleAsync();
        await app.AuditedAsync(SecurityEvents.RecordsListed, 1);
        // The same rows again are nothing new; on another page they are.
        await anna.Page.GetByRole(AriaRole.Link, new() { Name = "Pipeline", Exact = true }).ClickAsync();
        await app.AuditedAsync(SecurityEvents.RecordsListed, 2);
        await anna.Page.GoBackAsync();
        await Expect(anna.Page.Locator($"tr[data-row='{lead}']")).ToBeVisibleAsync();
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", "/");
        await ben.Page.Locator("[data-ready]:has(> .palette)").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await ben.Page.Keyboard.PressAsync("Control+k");
        await ben.Page.GetByRole(AriaRole.Combobox, new() { Name = "Find a record" }).FillAsync(name);
        await Expect(ben.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = name }).First).ToBeVisibleAsync();
        var told = await app.AuditedAsync(SecurityEvents.RecordsListed, 3);

        var about = await app.Store.ReadAsync(await app.ActorAsync("admin@kps.example"), view => new AuditQuestion(new AuditFilter { Subject = $"leads/{lead}" }, null, new()).AskAsync(view, default));

        Assert.Equal([("Anna Alvarez", "/leads", null), ("Ben Brooks", "/", name)],
            about.Lines.OrderBy(l => l.UserName).Select(l => (l.UserName, Detail(l.Details, "page"), Detail(l.Details, "text"))));
        Assert.Equal([("leads", "/leads"), ("deals", "/pipeline")], told.Where(l => l.UserName == "Anna Alvarez").Select(l => (l.Subject, Detail(l.Details, "page"))));
        // By number, not by the digits of another's.
        Assert.DoesNotContain((await app.Store.ReadAsync(await app.ActorAsync("admin@kps.example"), view => new AuditQuestion(new AuditFilter { Subject = $"leads/{lead}0" }, null, new()).AskAsync(view, default))).Lines, _ => true);
    }

    private static string? Detail(string? details, string name) => System.Text.Json.JsonDocument.Parse(details!).RootElement.GetProperty(name).GetString();

    [Fact]
    public async Task ThePageIsLiveFiltersByItsAddressAndAnAlarmIsDismissedOnIt()
    {
        await using var app = await CrmApp.StartAsync(settings: new() { ["Suspicion:FailuresOfAccount"] = "2" });
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/audit");
        await Expect(admin.Page.Locator("[data-chain=unbroken]")).ToBeVisibleAsync();
        var page = admin.Page;

        for (var i = 0; i < 2; i++)
            await CrmApp.PostFormAsync(app.NewClient(), "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "<b>x</b>@kps.example", ["Input.Password"] = "wrong" });
        await Expect(page.Locator("[data-suspicion-id]").GetByText("2 failed sign-ins for <b>x</b>@kps.example within 15 minutes.")).ToBeVisibleAsync();
        // The bell tells it too; a page opened later no longer.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 unread" })).ToBeVisibleAsync();
        await page.GotoAsync("/audit");
        await admin.LiveAsync();
        await Expect(page.Locator("[data-suspicion-id]")).ToHaveCountAsync(1);
        await admin.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss: " }).ClickAsync();
        await page.GetByLabel("Why is this no danger?").FillAsync("A test of ours");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-suspicion-id]")).ToHaveCountAsync(0);

        await page.GetByLabel("Kind").SelectOptionAsync("suspicious");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("kind=suspicious"));
        await Expect(page.Locator("tr[data-log-id]")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Alarm dismissed" }).ClickAsync();
        await Expect(page.GetByText("A test of ours")).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnAPhoneNothingScrollsSideways(bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/audit?row=1", phone: true, dark: dark);
        await Expect(admin.Page.Locator("tr[data-log-id]").First).ToBeVisibleAsync();

        Assert.True(await admin.Page.EvaluateAsync<bool>("document.querySelector('#content').scrollWidth <= document.querySelector('#content').clientWidth"));
        await admin.AssertAccessibleAsync();
    }

    private static async Task<string?> AddressSeenAsync(CrmApp app, string forwardedFor)
    {
        var client = app.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        await CrmApp.PostFormAsync(client, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "anna@kps.example", ["Input.Password"] = DemoAccounts.Password });
        return Assert.Single(await app.AuditedAsync(SecurityEvents.LoginSuccess)).IpAddress;
    }
}
