using KpsCrm.Web.Features.Account;
using Microsoft.Playwright;

namespace KpsCrm.Bench;

/// <summary>
/// One real browser drops a card, another real browser watches it arrive; further viewers are headless circuits in a child process.
/// The time is from the browser's own drop event to the moment the card is in the other page's column.
/// </summary>
public static class DropToVisible
{
    private const int Drops = 40;

    public static async Task RunAsync(Report report)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await LaunchAsync(playwright);
        foreach (var viewers in new[] { 1, 20, 50 })
        {
            await using var server = Server.Start();
            Rows.Fill(server.DatabasePath, leads: 20, deals: 200);
            await using var others = viewers == 1 ? null : Child.Start("viewers", server.Url, "/pipeline", (viewers - 1).ToString());
            if (others is not null)
                await others.ReadLineAsync();

            var dropper = await OpenAsync(chromium, server, "anna@kps.example");
            var observer = await OpenAsync(chromium, server, "ben@kps.example");
            await DropAsync(dropper, observer, 5);
            var times = await DropAsync(dropper, observer, Drops);
            report.Add($"Drop → visible in another browser, {viewers} viewer{(viewers == 1 ? "" : "s")}", Report.Milliseconds(times), viewers == 50 ? "p95 ≤ 100 ms" : "", $"{Drops} drops");
            await dropper.Context.CloseAsync();
            await observer.Context.CloseAsync();
        }
    }

    /// <returns>Milliseconds from the drop to the moment the other browser shows it.</returns>
    internal static async Task<List<double>> DropAsync(IPage dropper, IPage observer, int drops)
    {
        await dropper.EvaluateAsync("document.addEventListener('drop', () => window.dropped = Date.now(), true)");
        var times = new List<double>();
        for (var i = 0; i < drops; i++)
        {
            var (from, to) = i % 2 == 0 ? ("proposal", "negotiation") : ("negotiation", "proposal");
            var card = dropper.Locator($"[data-stage={from}] [data-deal-id]").First;
            var id = await card.GetAttributeAsync("data-deal-id");
            var seen = observer.EvaluateAsync<double>("""
                ([id, to]) => new Promise((resolve, reject) => {
                    const there = () => document.querySelector(`[data-stage=${to}] [data-deal-id="${id}"]`);
                    const observer = new MutationObserver(() => { if (there()) { observer.disconnect(); resolve(Date.now()); } });
                    observer.observe(document.body, { subtree: true, childList: true });
                    setTimeout(() => reject(new Error("the card never came")), 10000);
                })
                """, new[] { id, to });
            await card.DragToAsync(dropper.Locator($"[data-stage={to}]"), new() { TargetPosition = new() { X = 100, Y = 300 } });
            times.Add(await seen - await dropper.EvaluateAsync<double>("window.dropped"));
            await dropper.Locator($"[data-stage={to}] [data-deal-id='{id}']").WaitForAsync();
            await dropper.WaitForTimeoutAsync(250);
        }
        return times;
    }

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = File.Exists("/usr/bin/chromium") ? "/usr/bin/chromium" : null,
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });

    public static async Task<IPage> OpenAsync(IBrowser chromium, Server server, string email, string path = "/pipeline", string until = "[data-deal-id]")
    {
        var context = await chromium.NewContextAsync(new() { BaseURL = server.Url, ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/sign-in?returnUrl={Uri.EscapeDataString(path)}");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(DemoAccounts.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.Locator("body[data-live=on]").WaitForAsync();
        await page.Locator(until).First.WaitForAsync();
        return page;
    }
}
