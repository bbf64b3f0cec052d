using System.Net;
using System.Net.Http.Json;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>A PostgreSQL server of the test's own that goes down, stands still and takes nobody in.</summary>
[Collection(Alone.Name)]
public class PostgresFaultTests
{
    [Fact]
    public async Task TheServersEndStandstillAndLimitCostNothingAcknowledged()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        // Connections that are kept would die with the server.
        var admin = $"{server.Connection};Pooling=false";
        await PostgresServer.ExecuteAsync(admin, "CREATE ROLE kps LOGIN");
        await PostgresServer.ExecuteAsync(admin, "CREATE DATABASE kps OWNER kps");
        await using var app = await CrmApp.StartAsync(new()
        {
            ["Database:Provider"] = "Postgres",
            ["Database:ConnectionString"] = server.Connection.Replace("Username=postgres;Database=postgres", "Username=kps;Database=kps;Timeout=5"),
            ["Intake:RequestsPerMinute"] = "100000",
        });
        using var visitor = app.NewClient();
        var heard = new TaskCompletionSource();
        var acknowledged = new List<string>();
        await SendAsync("first");

        // It is killed as by a power cut, and started again.
        using var told = app.Feed.Subscribe(Topics.Leads, changes =>
        {
            if (changes.Any(c => c.Kind == ChangeKind.Everything))
                heard.TrySetResult();
            return Task.CompletedTask;
        });
        await server.ControlAsync("restart", "-m", "immediate");
        await SendUntilTakenAsync("restarted");
        await heard.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await AssertAgainAsync();

        // It takes nobody in any more.
        await PostgresServer.ExecuteAsync(admin, "ALTER ROLE kps CONNECTION LIMIT 0");
        await PostgresServer.ExecuteAsync(admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kps'");
        await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.ServiceUnavailable);
        var refused = await SendAsync("limited");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Empty(Verify.InsidesIn(await refused.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/contact")).StatusCode);
        await PostgresServer.ExecuteAsync(admin, "ALTER ROLE kps CONNECTION LIMIT -1");
        await SendUntilTakenAsync("unlimited");
        await AssertAgainAsync();

        // It stands still: who lives answers all the same, and says so.
        await server.SignalAsync("STOP");
        try
        {
            await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health/live")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/contact")).StatusCode);
        }
        finally
        {
            await server.SignalAsync("CONT");
        }
        await AssertAgainAsync();

        var stored = await app.Store.ReadAsync(Actor.System, view => view.Leads.Select(l => l.Email).ToListAsync());
        Assert.Equal([], acknowledged.Except(stored));
        Assert.Equal(stored.Distinct().Count(), stored.Count);
        Assert.Empty(await Verify.FindingsAsync(app.Services));

        Task AssertAgainAsync() => FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.OK);

        async Task<HttpResponseMessage> SendAsync(string who)
        {
            var answer = await visitor.PostAsync("/api/contact", JsonContent.Create(new { name = "Visitor", email = $"{who}@example.com" }));
            if (answer.IsSuccessStatusCode)
                acknowledged.Add($"{who}@example.com");
            return answer;
        }

        async Task SendUntilTakenAsync(string who)
        {
            for (var n = 0; !(await SendAsync($"{who}{n}")).IsSuccessStatusCode; n++)
                Assert.True(n < 1_000, "it never took anything again");
        }
    }
}
