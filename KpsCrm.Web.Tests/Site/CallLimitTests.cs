using System.Net;
using System.Net.Sockets;
using System.Text;
using KpsCrm.Web.Site;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace KpsCrm.Web.Tests.Site;

public class CallLimitTests
{
    private static async Task<string> RefusalAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta is { TotalSeconds: > 0 });
        return await answer.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task ExportsAreCountedForEachPersonAndRefusedInWords()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:ExportsPerMinute"] = "2" });
        var (admin, elsewhere) = (await app.SignInAsync("admin@kps.example"), await app.SignInAsync("admin@kps.example"));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/audit/export")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/audit/export")).StatusCode);

        Assert.Matches("Wait [0-9]+ seconds?, then try again", await RefusalAsync(admin.GetAsync("/audit/export")));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/audit")).StatusCode);
    }

    [Fact]
    public async Task QuestionsToTheApiAreCountedForEachCallerAndRefusedAsJson()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:ApiCallsPerMinute"] = "2", ["Api:Token"] = "a token for programs" });
        var guesser = app.NewClient();
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.GetAsync("/api/analytics")).StatusCode);

        Assert.StartsWith("{\"success\":false,\"error\":", await RefusalAsync(guesser.GetAsync("/api/analytics")));
        // Whoever is signed in has a count of their own, also at the same address.
        Assert.Equal(HttpStatusCode.OK, (await (await app.SignInAsync()).GetAsync("/api/analytics")).StatusCode);
    }

    [Fact]
    public async Task AFloodFromOneAddressIsRefusedAndThePeopleAtThatAddressAreNot()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:RequestsPerMinute"] = "600" });
        var anna = await app.SignInAsync();
        var flood = app.NewClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => flood.GetAsync("/contact")));

        Assert.InRange(answers.Count(a => a.StatusCode == HttpStatusCode.OK), 50, 150);
        Assert.Contains("Too many requests", await answers.Last(a => a.StatusCode == HttpStatusCode.TooManyRequests).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/leads")).StatusCode);
    }

    [Fact]
    public async Task WhoDribblesABodyIsCutOff()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:SlowestBytesPerSecond"] = "1000" });
        using var slow = new TcpClient();
        await slow.ConnectAsync("127.0.0.1", new Uri(app.Url).Port);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /api/contact HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nname="));

        // One byte now and then, until the other side has had enough.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var cutOff = stream.ReadAsync(new byte[1], patience.Token).AsTask();
        while (!cutOff.IsCompleted)
        {
            await Task.WhenAny(cutOff, Task.Delay(200, patience.Token));
            try
            {
                await stream.WriteAsync("x"u8.ToArray(), patience.Token);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.False(patience.IsCancellationRequested);
        Assert.Equal(HttpStatusCode.OK, (await app.NewClient().GetAsync("/contact")).StatusCode);
    }

    /// <summary>I05: inside an open page, where no request is made.</summary>
    [Fact]
    public async Task AnOpenPageHasABurstThenWaitsThenIsDropped()
    {
        var clock = new FakeTimeProvider();
        var brake = new ActBrake(new() { ActsPerSecond = 10 }, clock);
        var burst = 0;
        while (brake.WaitAsync() is { IsCompleted: true } act && await act)
            burst++;
        Assert.InRange(burst, 95, 101);

        // One waits already. Of a thousand more, ten seconds' worth wait and the rest is dropped at once.
        var more = Enumerable.Range(0, 1_000).Select(_ => brake.WaitAsync().AsTask()).ToList();
        var waiting = more.Where(m => !m.IsCompleted).ToList();
        Assert.InRange(waiting.Count, 95, 101);
        Assert.All(more.Except(waiting), dropped => Assert.False(dropped.Result));

        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.All(await Task.WhenAll(waiting), Assert.True);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await brake.WaitAsync());
    }
}
