using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Features.Views;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>C01, C04, C05, C07, C10: markup in every field that takes text, looked at on every page that shows it, stays text.</summary>
public class StoredMarkupTests
{
    private const string Mark = "owned";
    private static readonly string Markup = $$$"""{{7*7}}"'><img src=x onerror="window.{{{Mark}}}=1"><b data-{{{Mark}}}>x</b>""";
    private static readonly string Script = $"<script>window.{Mark}=1</script><svg onload=\"window.{Mark}=1\" data-{Mark}>";

    [Fact]
    public async Task MarkupInAnyFieldIsTextOnEveryPage()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Intake:MinimumFillSeconds"] = "0" }, sample: true);
        var anna = await app.ActorAsync("anna@kps.example");
        var paths = await StoreEverywhereAsync(app, anna);

        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/leads");
        // Where none of the text belongs; any other page that shows none proves nothing.
        string[] without = ["/", "/bin", "/account", "/settings", "/settings/backup", "/settings/health", "/settings/mail", "/settings/rights", "/settings/security"];
        foreach (var path in paths)
        {
            await admin.Page.GotoAsync(path);
            await admin.LiveAsync();
            await Expect(admin.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            if (!without.Contains(path))
                await Expect(admin.Page.Locator("main")).ToContainTextAsync(new Regex("onerror=|onload="));
            await AssertOnlyTextAsync(admin, path);
        }

        await admin.Page.Keyboard.PressAsync("Control+k");
        await admin.Page.Keyboard.TypeAsync("onerror");
        await Expect(admin.Page.Locator("#palette-list [role=option]").First).ToContainTextAsync("onerror=");
        await AssertOnlyTextAsync(admin, "the palette");
        await admin.Page.Keyboard.PressAsync("Escape");

        await new AddNote(RecordRef.Lead(1), $"@Alex {Markup}").RunAsync(app.Store, anna);
        var bell = admin.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { NameRegex = new("^Notifications, [1-9]") });
        await bell.ClickAsync();
        await AssertOnlyTextAsync(admin, "the bell");
        Assert.DoesNotContain("owned", await admin.Page.TitleAsync());
    }

    /// <summary>Returns where all of it is seen.</summary>
    private static async Task<IReadOnlyList<string>> StoreEverywhereAsync(CrmApp app, Actor anna)
    {
        using var visitor = app.NewClient();
        visitor.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Script);
        visitor.DefaultRequestHeaders.TryAddWithoutValidation("Referer", "https://example.com/?" + Uri.EscapeDataString(Script));
        var fields = new Dictionary<string, string>
        {
            ["name"] = Markup[..Math.Min(Markup.Length, 95)], ["email"] = "\"<img/onerror=1>\"@example.com", ["company"] = Markup, ["service"] = Markup, ["city"] = Markup, ["state"] = Script, ["message"] = $"{Script}\n[x](javascript:window.{Mark}=1)\n{Markup}",
            ["utm_source"] = Markup, ["utm_medium"] = Script, ["utm_campaign"] = Script, ["landing_page"] = Script, ["is_admin"] = Script, ["notes"] = Script, ["status"] = "won", ["owner_id"] = "1", [Markup] = Markup,
        };
        var answer = await visitor.PostAsync("/api/contact", new FormUrlEncodedContent(fields));
        fields["email"] = "jane@example.com";
        if (!answer.IsSuccessStatusCode)
            answer = await visitor.PostAsync("/api/contact", new FormUrlEncodedContent(fields));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        // A name with markup looks like spam and is held; this one becomes a lead and two mails.
        await visitor.PostAsync("/api/contact", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "{{7*7}} \"'", ["email"] = "joan@example.com", ["company"] = Markup, ["message"] = Script }));
        await visitor.PostAsJsonAsync("/api/analytics", new { type = "interaction", page = Script, element = Markup, value = Script, city = Markup, referrer = Script });

        var lead = Assert.IsType<Created>(await new CreateRecord(RecordKind.Lead, new Dictionary<string, string> { ["name"] = Markup, ["company"] = Script, ["email"] = "lead@example.com", ["city"] = Markup, ["notes"] = Script }, "l1").RunAsync(app.Store, anna)).Record;
        var client = Assert.IsType<Created>(await new CreateRecord(RecordKind.Client, new Dictionary<string, string> { ["name"] = Markup, ["company"] = Script, ["email"] = "client@example.com", ["notes"] = Script }, "c1").RunAsync(app.Store, anna));
        var deal = Assert.IsType<Created>(await new CreateRecord(RecordKind.Deal, new Dictionary<string, string> { ["title"] = Markup, ["client"] = client.Record.Id.ToString(CultureInfo.InvariantCulture), ["amount"] = "100", ["notes"] = Script }, "d1").RunAsync(app.Store, anna));
        foreach (var record in new[] { lead, client.Record, deal.Record })
        {
            await new AddNote(record, $"{Markup}\n{Script}\n[a](javascript:alert(1)) <iframe srcdoc=\"x\">").RunAsync(app.Store, anna);
            await new PlanTask(record, new TaskPlan { Title = Markup, Note = Script, DueOn = new DateOnly(2026, 1, 1), OwnerId = anna.UserId }).RunAsync(app.Store, anna, app.Services.GetRequiredService<CompanyOptions>());
            await app.Services.GetRequiredService<AddFile>().RunAsync(anna, new ItemRef(record.Kind switch { RecordKind.Lead => ItemKind.Lead, RecordKind.Client => ItemKind.Client, _ => ItemKind.Deal }, record.Id), $"{Markup}.txt", new MemoryStream("x"u8.ToArray()));
        }
        await new SaveView("leads", Markup[..Math.Min(Markup.Length, 60)], "status=new", Share: true).RunAsync(app.Store, anna);
        await app.SignInAsync("anna@kps.example");
        await CrmApp.PostFormAsync(visitor, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = $"{Markup}@example.com", ["Input.Password"] = Script });

        return ["/", "/pipeline", "/pipeline/leads", "/leads", $"/leads/{lead.Id}", "/clients", $"/clients/{client.Record.Id}", "/deals", $"/deals/{deal.Record.Id}", "/tasks?owner=all", "/bin", "/leads/quarantine", "/settings", "/settings/backup", "/settings/health", "/settings/mail", "/settings/rights", "/settings/security", "/audit", "/account",
            $"/leads?q={Uri.EscapeDataString(Markup)}", $"/leads?city={Uri.EscapeDataString(Markup)}&service={Uri.EscapeDataString(Script)}&sort={Uri.EscapeDataString(Script)}"];
    }

    private static async Task AssertOnlyTextAsync(Browser browser, string where)
    {
        var found = await browser.Page.EvaluateAsync<string>($$"""
            () => [window.{{Mark}} ? 'a script ran' : '', ...[...document.querySelectorAll('[data-{{Mark}}], [onerror], [onload], iframe, a[href^="javascript:" i], base:not([href="/"]), img[src="x"]')].map(e => e.outerHTML.slice(0, 200))].filter(s => s).join('\n')
            """);
        Assert.True(found.Length == 0, $"{where}: {found}");
    }
}
