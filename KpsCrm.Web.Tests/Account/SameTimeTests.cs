using System.Net;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Account;

/// <summary>Runs when no other test does: what is compared are milliseconds.</summary>
[CollectionDefinition(nameof(SameTimeTests), DisableParallelization = true), Collection(nameof(SameTimeTests))]
public class SameTimeTests
{
    /// <summary>H04: many tries, known and unknown by turns, none of them braked. The quicker ones are compared: a busy machine only adds.</summary>
    [Fact]
    public async Task KnownAndUnknownAccountsAnswerInTheSameTime()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "10000" });
        var client = app.NewClient();
        await SessionTests.SignInAsync(client, "nobody@kps.example", "wrong");
        var (known, unknown) = (new List<double>(), new List<double>());
        foreach (var name in Enumerable.Repeat(new[] { "anna", "ben", "manager", "admin" }, 5).SelectMany(n => n))
        {
            known.Add(await TimeAsync($"{name}@kps.example"));
            unknown.Add(await TimeAsync($"{name}x@kps.example"));
        }
        static double Quick(List<double> times) => times.Order().ElementAt(times.Count / 4);
        var difference = Math.Abs(Quick(known) - Quick(unknown));
        TestContext.Current.TestOutputHelper?.WriteLine($"known {Quick(known):0.0} ms, unknown {Quick(unknown):0.0} ms");
        Assert.True(difference < Math.Max(10, 0.25 * Quick(known)), $"known {Quick(known):0.0} ms, unknown {Quick(unknown):0.0} ms");

        async Task<double> TimeAsync(string email)
        {
            var page = await client.GetStringAsync("/sign-in");
            var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"(__RequestVerificationToken)\" value=\"([^\"]+)\"");
            var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "sign-in", [token.Groups[1].Value] = WebUtility.HtmlDecode(token.Groups[2].Value), ["Input.Email"] = email, ["Input.Password"] = "wrong password" });
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            await client.PostAsync("/sign-in", form);
            return System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }
}
