using System.Globalization;
using System.Text;
using KpsCrm.Bench;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>A program in a browser's place: every handler of a page is an address that anybody signed in can call, with whatever they like.</summary>
public class RawCircuitTests
{
    /// <summary>Of what one call draws.</summary>
    private const int MostNext = 40;

    /// <summary>M01: whoever may only look calls each handler of each page, and what is there stays as it is.</summary>
    [Fact]
    public async Task M01_EveryHandlerCalledByWhoMayOnlyLookChangesNothing()
    {
        await using var app = await CrmApp.StartAsync(Unlimited);
        var paths = await RecordsOfBenAsync(app);
        var anna = await app.ActorAsync("anna@kps.example");
        await new SetRights(Role.Sales, Scope.All, Scope.Own, true, true).RunAsync(app.Store, await app.ActorAsync("admin@kps.example"));
        var before = await RowsAsync(app, anna);

        var called = 0;
        foreach (var path in paths)
            called += await CallAllAsync(app, "anna@kps.example", path);

        Assert.Equal(before, await RowsAsync(app, anna));
        Assert.True(called > 150, $"Only {called} handlers were called.");
    }

    /// <summary>The same calls of the one whose records they are do change them: the calls arrive.</summary>
    [Fact]
    public async Task TheSameCallsByTheOwnerDoChangeThem()
    {
        await using var app = await CrmApp.StartAsync(Unlimited);
        var paths = await RecordsOfBenAsync(app);
        var anna = await app.ActorAsync("anna@kps.example");
        foreach (var path in paths.Where(p => p.Split('/') is [_, _, _]))
        {
            var before = await RowsAsync(app, anna);
            await CallAllAsync(app, "ben@kps.example", path);
            Assert.NotEqual(before, await RowsAsync(app, anna));
        }
    }

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
        await Waiting.UntilAsync(() => app.Feed.Subscribers <= without + (6 * one));
        await Waiting.UntilAsync(() => app.Feed.Subscribers <= without);
    }

    private static Dictionary<string, string?> Unlimited => new() { ["Limits:ActsPerSecond"] = "100000", ["Limits:PagesPerPerson"] = "10000" };

    /// <summary>Calls each handler that the page is drawn with, and after it those that this call draws: an editor's, a menu's, a dialog's.</summary>
    /// <returns>How many handlers were called.</returns>
    private static async Task<int> CallAllAsync(CrmApp app, string who, string path)
    {
        var cookies = await Circuit.SignInAsync(app.Url, who, DemoAccounts.Password);
        var circuit = await OpenAsync();
        await QuietAsync(circuit);
        long[] drawn = [.. circuit.Handlers.Keys.Order()];
        var called = 0;
        for (var i = 0; i < drawn.Length; i++)
        {
            // An earlier call ended the page, or drew something anew. A page that is opened again counts its handlers alike.
            if (circuit.Failure is not null || !drawn.All(circuit.Handlers.ContainsKey))
            {
                await circuit.DisposeAsync();
                circuit = await OpenAsync();
                // Somebody's own calls may have left less to be drawn.
                for (var looks = 0; circuit.Handlers.Count < drawn.Length && looks < 50; looks++)
                    await Task.Delay(20);
                drawn = [.. circuit.Handlers.Keys.Order()];
            }
            if (i >= drawn.Length)
                break;
            var before = circuit.Handlers.Keys.ToHashSet();
            await CallAsync(drawn[i]);
            foreach (var next in circuit.Handlers.Keys.Except(before).Order().Take(MostNext).ToList())
                await CallAsync(next);
        }
        await circuit.DisposeAsync();
        return called;

        async Task<Circuit> OpenAsync()
        {
            var opening = new Circuit(app.Url);
            await opening.OpenAsync(cookies, path);
            return opening;
        }

        async Task CallAsync(long handler)
        {
            if (circuit.Failure is not null || !circuit.Handlers.TryGetValue(handler, out var name))
                return;
            called++;
            await circuit.CallAsync(handler, name[2..], Args(name[2..]));
            // What it writes is written after all that waits.
            await app.Store.WriteAsync(Actor.System, _ => Task.CompletedTask);
        }
    }

    /// <summary>Until nothing more is drawn for a second.</summary>
    private static async Task QuietAsync(Circuit circuit)
    {
        for (long seen = -1; seen != circuit.Batches; await Task.Delay(1_000))
            seen = circuit.Batches;
    }

    private static string Args(string name) => name switch
    {
        "change" or "input" => """{"value":"closed_won"}""",
        _ when name.StartsWith("key", StringComparison.Ordinal) => """{"key":"Enter","code":"Enter","type":"keydown"}""",
        _ when name.StartsWith("touch", StringComparison.Ordinal) => """{"touches":[],"targetTouches":[],"changedTouches":[]}""",
        _ => """{"detail":1,"button":0}""",
    };

    private static async Task<IReadOnlyList<string>> RecordsOfBenAsync(CrmApp app)
    {
        var ben = await app.ActorAsync("ben@kps.example");
        var (lead, client) = (new Lead { Name = "Ben's lead", Email = "lead@example.com", OwnerId = ben.UserId }, new Client { Name = "Ben's client", Email = "client@example.com", OwnerId = ben.UserId, JoinedAt = DateTime.UtcNow });
        var deal = new Deal { Title = "Ben's deal", Client = client, OwnerId = ben.UserId, AmountCents = 100 };
        await app.Store.WriteAsync(ben, db =>
        {
            db.AddRange(lead, client, deal);
            return Task.CompletedTask;
        });
        foreach (var record in new[] { RecordRef.Lead(lead.Id), RecordRef.Client(client.Id), RecordRef.Deal(deal.Id) })
        {
            await new AddNote(record, "Ben's note").RunAsync(app.Store, ben);
            await new PlanTask(record, new() { Title = "Ben's task", DueOn = new(2026, 12, 1), OwnerId = ben.UserId }).RunAsync(app.Store, ben, new CompanyOptions());
        }
        return [$"/deals/{deal.Id}", $"/leads/{lead.Id}", $"/clients/{client.Id}", "/deals", "/leads", "/pipeline"];
    }

    /// <summary>Each row that is not <paramref name="but"/>'s own, value by value.</summary>
    private static Task<string> RowsAsync(CrmApp app, Actor but) => app.Store.ReadAsync(Actor.System, async view =>
    {
        var text = new StringBuilder();
        await view.Db.Database.OpenConnectionAsync();
        foreach (var from in new[] { "leads WHERE owner_id IS NOT {0}", "clients WHERE owner_id IS NOT {0}", "deals WHERE owner_id IS NOT {0}", "tasks WHERE owner_id IS NOT {0}", "activities WHERE actor_id IS NOT {0}", "users WHERE id <> {0}", "role_rights", "teams", "settings", "attachments" })
        {
            await using var command = view.Db.Database.GetDbConnection().CreateCommand();
            command.CommandText = string.Format(CultureInfo.InvariantCulture, $"SELECT * FROM {from} ORDER BY 1", but.UserId);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var values = new object[reader.FieldCount];
                reader.GetValues(values);
                text.AppendLine(CultureInfo.InvariantCulture, $"{from}: {string.Join(" | ", values)}");
            }
        }
        return text.ToString();
    });
}
