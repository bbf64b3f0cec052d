using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace KpsCrm.Bench;

/// <summary>The board while one address floods one of the doors, against the board in peace: drops of a card until another browser shows them.</summary>
public static partial class Flood
{
    private const int PerSecond = 500;
    private static readonly string[] Doors = ["sign-in", "reset", "intake", "api", "pages", "connections"];

    /// <summary>Drops of each part; <c>KPS_FLOOD_DROPS=5</c> for a trial.</summary>
    private static int Drops => int.TryParse(Environment.GetEnvironmentVariable("KPS_FLOOD_DROPS"), out var drops) ? drops : 40;

    public static async Task RunAsync(Report report)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await DropToVisible.LaunchAsync(playwright);
        await using var server = Server.Start(limited: true);
        Rows.Fill(server.DatabasePath, leads: 20, deals: 200);
        var dropper = await DropToVisible.OpenAsync(chromium, server, "anna@kps.example");
        var observer = await DropToVisible.OpenAsync(chromium, server, "ben@kps.example");
        await DropToVisible.DropAsync(dropper, observer, 5);

        var peace = await DropToVisible.DropAsync(dropper, observer, Drops);
        report.Add("Drop → visible in another browser, in peace", Report.Milliseconds(peace), "", $"{peace.Count} drops");
        foreach (var door in Doors)
        {
            await using var flood = Child.Start("flooder", server.Url, door, PerSecond.ToString());
            await flood.ReadLineAsync();
            var times = await DropToVisible.DropAsync(dropper, observer, Drops);
            await flood.TellAsync("stop");
            var ratio = Report.Percentile(times, 95) / Report.Percentile(peace, 95);
            report.Add($"The same while one address floods: {door}", Report.Milliseconds(times), "p95 ≤ 2×", $"{ratio:0.0}×; {await flood.ReadLineAsync()}");
        }
    }

    /// <summary>Child process: so many requests a second at one door until it is told to stop; then says what they got.</summary>
    public static async Task<int> SendAsync(string url, string door, int perSecond)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 64 }) { BaseAddress = new(url), Timeout = TimeSpan.FromSeconds(30) };
        var make = await RequestOfAsync(http, door);
        var (sent, refused, failed, stop) = (0, 0, 0, false);
        var pending = new SemaphoreSlim(2_000);

        async Task OneAsync()
        {
            try
            {
                using var answer = await http.SendAsync(make());
                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                    Interlocked.Increment(ref refused);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref failed);
            }
            finally
            {
                pending.Release();
            }
        }

        var flood = Task.Run(async () =>
        {
            var watch = Stopwatch.StartNew();
            while (!Volatile.Read(ref stop))
            {
                for (; sent < watch.Elapsed.TotalSeconds * perSecond; sent++)
                {
                    await pending.WaitAsync();
                    _ = OneAsync();
                }
                await Task.Delay(5);
            }
            return sent / watch.Elapsed.TotalSeconds;
        });
        // The limit is used up first: what is measured is the refusing.
        await Task.Delay(2_000);
        Console.WriteLine("flooding");
        Console.ReadLine();
        Volatile.Write(ref stop, true);
        var rate = await flood;
        Console.WriteLine($"{sent:N0} requests, {rate:N0}/s, {refused:N0} refused, {failed:N0} failed");
        Console.ReadLine();
        return 0;
    }

    private static async Task<Func<HttpRequestMessage>> RequestOfAsync(HttpClient http, string door)
    {
        if (door is "sign-in" or "reset")
        {
            var path = door == "sign-in" ? "/sign-in" : "/forgot-password";
            var token = Token().Match(await http.GetStringAsync(path));
            var form = new Dictionary<string, string> { ["_handler"] = door == "sign-in" ? "sign-in" : "forgot", [token.Groups[1].Value] = WebUtility.HtmlDecode(token.Groups[2].Value), ["Input.Email"] = "maria@kps.example", ["Input.Password"] = "a wrong password" };
            return () => new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        }
        return door switch
        {
            "intake" => () => new(HttpMethod.Post, "/api/contact") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "Flood", ["email"] = "flood@example.com" }) },
            "api" => () => new(HttpMethod.Get, "/api/analytics"),
            "connections" => () => new(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1"),
            _ => () => new(HttpMethod.Get, "/contact"),
        };
    }

    [GeneratedRegex("name=\"(__RequestVerificationToken)\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
