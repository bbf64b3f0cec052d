using KpsCrm.Data.Search;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace KpsCrm.Bench;

/// <summary>
/// What a person waits for in a real browser, at 100,000 leads and as many deals: from the change of the address until the list shows its new rows, and
/// from the last letter typed into the palette until it shows what that letter finds.
/// </summary>
public static class Pages
{
    private const int Rounds = 20;

    public static async Task RunAsync(Report report)
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var most) ? Math.Min(most, 100_000) : 100_000;
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, rows, rows);
        await server.Services.GetRequiredService<SearchIndex>().CatchUpAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await DropToVisible.LaunchAsync(playwright);

        var page = await DropToVisible.OpenAsync(chromium, server, "anna@kps.example", "/leads", "[data-row]");
        foreach (var (what, addresses) in new (string, string[])[]
        {
            ("page by page", ["/leads?page=2", "/leads?page=3"]),
            ("filter", ["/leads?status=contacted&owner=3", "/leads?status=new&owner=4"]),
            ("filter and search", ["/leads?status=new&q=company+77", "/leads?status=new&q=company+78"]),
            ("sorted by value", ["/leads?sort=-value", "/leads?sort=value"]),
            ("sorted by name", ["/leads?sort=name", "/leads?sort=-name"]),
        })
        {
            var times = new List<double>();
            for (var i = 0; i < Rounds * 2; i++)
            {
                var time = await page.EvaluateAsync<double>(ShowRows, addresses[i % 2]);
                if (i >= 12)
                    times.Add(time);
                // As a person does; the sum of the rows is still being counted.
                await page.WaitForTimeoutAsync(250);
            }
            report.Add($"{rows:N0} leads in the browser, {what}", Report.Milliseconds(times), "p95 ≤ 50 ms");
        }

        var found = new List<double>();
        await page.Keyboard.PressAsync("Control+K");
        var input = page.GetByRole(AriaRole.Combobox, new() { Name = "Find a record" });
        foreach (var word in Enumerable.Repeat(new[] { "person 4711", "company 77", "client 900", "number 12" }, 3).SelectMany(w => w))
        {
            await input.FillAsync("");
            for (var end = 1; end <= word.Length; end++)
            {
                var time = await input.EvaluateAsync<double>(TypeLetter, word[..end]);
                if (end >= 3)
                    found.Add(time);
            }
        }
        report.Add($"Palette, {rows * 9 / 4:N0} records, from a letter to what it finds", Report.Milliseconds(found), "p95 ≤ 50 ms", $"{found.Count} letters; it waits a moment for the next one");
    }

    private const string ShowRows = """
        address => new Promise((resolve, reject) => {
            const first = () => document.querySelector('tbody')?.textContent;
            const before = first();
            const start = performance.now();
            const done = () => { if (first() && first() !== before) { observer.disconnect(); resolve(performance.now() - start); } };
            const observer = new MutationObserver(done);
            observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
            setTimeout(() => reject(new Error('the rows of ' + address + ' never came')), 10000);
            Blazor.navigateTo(address);
        })
        """;

    private const string TypeLetter = """
        (input, text) => new Promise((resolve, reject) => {
            const start = performance.now();
            const done = () => { if (document.querySelector('#palette-list')?.dataset.for === text) { observer.disconnect(); resolve(performance.now() - start); } };
            const observer = new MutationObserver(done);
            observer.observe(document.body, { subtree: true, childList: true, attributes: true });
            setTimeout(() => reject(new Error('nothing came for ' + text)), 10000);
            input.value = text;
            input.dispatchEvent(new Event('input', { bubbles: true }));
        })
        """;
}
