using KpsCrm.Bench;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>A program in a browser's place.</summary>
public class RawCircuitTests
{
    /// <summary>M08: pages whose connection is gone are kept up to a number and for a time; afterwards nothing of them is left.</summary>
    [Fact]
    public async Task M08_LostPagesAreKeptUpToANumberAndForATime()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Limits:LostPages"] = "5", ["Limits:LostPageSeconds"] = "3", ["Limits:PagesPerPerson"] = "1000" });
        var cookies = await Circuit.SignInAsync(app.Url, "anna@kps.example", DemoAccounts.Password);
        var without = app.Feed.Subscribers;
        var one = 0;
        for (var i = 0; i < 40; i++)
        {
            await using var circuit = new Circuit(app.Url);
            await circuit.OpenAsync(cookies, "/leads");
            if (one == 0)
                one = app.Feed.Subscribers - without;
        }
        Assert.True(one > 0, "An open page hears of nothing.");

        // A sixth lost page pushes the first out; the one that was lost last may still be on its way to them.
        await UntilAsync(() => app.Feed.Subscribers <= without + (6 * one));
        await UntilAsync(() => app.Feed.Subscribers <= without);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
            await Task.Delay(20, patience.Token);
    }
}
