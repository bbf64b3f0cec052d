using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace KpsCrm.Web.Tests.Support;

/// <summary>One person's browser window, signed in and live.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly Lazy<Task<IBrowser>> Chromium = new(LaunchAsync);

    // Five seconds, the default, say more about a busy machine than about the page.
    static Browser() => Assertions.SetDefaultExpectTimeout(20_000);

    private readonly IBrowserContext _context;

    private Browser(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>What the page wrote to its console as an error, and exceptions of its scripts.</summary>
    public List<string> Errors { get; } = [];

    /// <param name="user">An e-mail of the demo accounts; null for a visitor.</param>
    /// <param name="phone">390 pixels wide with touch, else 1440 × 900.</param>
    /// <param name="through">The address of a proxy before the app.</param>
    public static async Task<Browser> OpenAsync(CrmApp app, string? user, string path, bool phone = false, bool dark = false, bool javaScript = true, string? through = null)
    {
        var context = await (await Chromium.Value).NewContextAsync(new()
        {
            BaseURL = through ?? app.Url,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1440, Height = 900 },
            HasTouch = phone,
            IsMobile = phone,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = javaScript,
            Locale = "en-US",
        });
        if (user is not null)
            await context.AddCookiesAsync(await SessionCookiesAsync(app, user));

        var browser = new Browser(context, await context.NewPageAsync());
        // Nothing of a page comes from, or goes to, anywhere else.
        browser.Page.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal) && new Uri(request.Url).Host is not ("127.0.0.1" or "localhost"))
                browser.Errors.Add($"asked another site: {request.Url}");
        };
        browser.Page.PageError += (_, error) => browser.Errors.Add(error);
        browser.Page.Console += (_, message) =>
        {
            // An element that is taken away while it has the focus says so once more, and on a busy machine its handler is gone by then.
            if (message.Type == "error" && !message.Text.Contains("There is no event handler associated with this event"))
                browser.Errors.Add($"{message.Text} ({message.Location})");
        };
        await browser.Page.GotoAsync(path);
        if (user is not null)
            await browser.LiveAsync();
        return browser;
    }

    /// <summary>Waits until the page's circuit is up.</summary>
    public Task LiveAsync() => Page.Locator("body[data-live=on]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>axe finds no violation on the page as it stands, once what fades in or out has done so.</summary>
    public async Task AssertAccessibleAsync()
    {
        await Page.EvaluateAsync("() => Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {})))");
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join("\n", result.Violations.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Take(5).Select(n => n.Html))}")));
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static async Task<Cookie[]> SessionCookiesAsync(CrmApp app, string user)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(app.Url) };
        var answer = await CrmApp.PostFormAsync(client, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = user, ["Input.Password"] = Features.Account.DemoAccounts.Password });
        Assert.Equal(System.Net.HttpStatusCode.Found, answer.StatusCode);
        return [.. handler.CookieContainer.GetCookies(new Uri(app.Url)).Select(c => new Cookie { Name = c.Name, Value = c.Value, Url = app.Url })];
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var program = new[] { Environment.GetEnvironmentVariable("KPS_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/chromium-headless-shell", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        if (program is null && Microsoft.Playwright.Program.Main(["install", "chromium"]) != 0)
            throw new InvalidOperationException("No browser was found for the browser tests; install Chromium (Debian: apt-get install chromium) or name one in KPS_CHROMIUM.");

        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => playwright.Dispose();
        return chromium;
    }
}
