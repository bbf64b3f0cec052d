using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace KpsCrm.Bench;

/// <summary>Child process: sends enquiries to the public API from several connections and prints count, seconds, refusals and the times.</summary>
public static class Senders
{
    public static async Task<int> RunAsync(string url, int senders, int seconds)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = senders, UseCookies = false }) { BaseAddress = new(url) };
        var times = new ConcurrentBag<double>();
        var refused = 0;
        var next = 0;

        async Task SendForAsync(double duration, bool measured)
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, senders).Select(async _ =>
            {
                while (watch.Elapsed.TotalSeconds < duration)
                {
                    var i = Interlocked.Increment(ref next);
                    var start = Stopwatch.GetTimestamp();
                    using var answer = await http.PostAsJsonAsync("/api/contact", new
                    {
                        name = $"Visitor {i}",
                        email = $"visitor{i}@example.com",
                        phone = "(214) 555-0142",
                        company = "Acme",
                        service = "Payroll Services",
                        budget = "$5,000 - $15,000",
                        city = "Dallas",
                        message = "We are looking for help with our payroll from January on.",
                    });
                    if (!answer.IsSuccessStatusCode)
                        Interlocked.Increment(ref refused);
                    else if (measured)
                        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }));
        }

        await SendForAsync(3, measured: false);
        var clock = Stopwatch.StartNew();
        await SendForAsync(seconds, measured: true);
        var taken = clock.Elapsed.TotalSeconds;
        Console.WriteLine(string.Join(' ', new[] { times.Count, taken, refused, Report.Percentile(times, 50), Report.Percentile(times, 95), Report.Percentile(times, 99) }.Select(n => n.ToString(CultureInfo.InvariantCulture))));
        Console.ReadLine();
        return 0;
    }
}
