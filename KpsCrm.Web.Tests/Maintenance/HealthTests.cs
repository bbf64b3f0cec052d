using System.Net;
using System.Net.Http.Json;
using KpsCrm.Data.Providers;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public class HealthTests
{
    [Fact]
    public async Task StrangersLearnWhetherItLivesAndIsReadyAndWhyNot()
    {
        await using var app = await CrmApp.StartAsync();
        using var stranger = app.NewClient();
        Assert.Equal("""{"status":"ok","checks":{}}""", await stranger.GetStringAsync("/health/live"));
        Assert.Equal("""{"status":"ok","checks":{"reads":"ok","writes":"ok","backup":"Not scheduled. None yet.","disk":"ok"}}""", await stranger.GetStringAsync("/health/ready"));

        await BreakAsync(app, "ALTER TABLE leads RENAME TO gone_leads");

        var ready = await stranger.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("""{"status":"failing","checks":{"reads":"The database can't be read.","writes":"ok","backup":"Not scheduled. None yet.","disk":"ok"}}""", await ready.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task NoStackTraceReachesABrowserOrAScript()
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");
        using var stranger = app.NewClient();
        await BreakAsync(app, "ALTER TABLE leads RENAME TO gone_leads");
        await BreakAsync(app, "ALTER TABLE users RENAME TO gone_users");

        var api = await stranger.PostAsJsonAsync("/api/contact", new { name = "Ana", email = "ana@example.com" });
        var page = await stranger.GetAsync("/sign-in");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.InternalServerError), (api.StatusCode, page.StatusCode));
        var answers = new[] { await api.Content.ReadAsStringAsync(), await page.Content.ReadAsStringAsync() };
        Assert.StartsWith("""{"success":false,"error":""", answers[0]);
        Assert.Contains("This didn", answers[1]);
        Assert.All(answers, text => Assert.DoesNotMatch("Exception|   at |no such table", text));
    }

    [Fact]
    public async Task WhatNobodyExpectedIsAnsweredByTheApiInItsOwnForm()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Api:Token"] = "a long secret of programs" }, environment: "Production");
        using var program = app.NewClient();
        program.DefaultRequestHeaders.Authorization = new("Bearer", "a long secret of programs");
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/analytics?type=dashboard")).StatusCode);
        await BreakAsync(app, "ALTER TABLE deals RENAME TO gone_deals");
        app.Feed.Publish([KpsCrm.Data.Changes.Change.Everything()]);

        var answer = await program.GetAsync("/api/analytics?type=dashboard");

        Assert.Equal((HttpStatusCode.InternalServerError, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("""{"success":false,"error":"The server could not finish this; nothing was saved. Try again in a moment."}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ADatabaseThatSomebodyElseHoldsLockedIsNotReadyUntilTheyLetGo()
    {
        await using var app = await CrmApp.StartAsync();
        using var stranger = app.NewClient();
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(app.Folder, "kps_crm.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var hold = other.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE";
            await hold.ExecuteNonQueryAsync();

            var ready = await stranger.GetAsync("/health/ready");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal("""{"status":"failing","checks":{"reads":"ok","writes":"Nothing can be saved at the moment.","backup":"Not scheduled. None yet.","disk":"ok"}}""", await ready.Content.ReadAsStringAsync());
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await stranger.GetAsync("/health/ready", patience.Token)).StatusCode != HttpStatusCode.OK)
        {
        }
    }

    [Fact]
    public async Task AFailureIsToldInTheFormOfWhoeverAsked()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Api:Token"] = "for the test" });
        using var script = app.NewClient();
        script.DefaultRequestHeaders.Authorization = new("Bearer", "for the test");
        using var person = app.NewClient();
        var form = await person.GetStringAsync("/sign-in");
        var token = System.Text.RegularExpressions.Regex.Match(form, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        await BreakAsync(app, "ALTER TABLE leads RENAME TO gone_leads");
        await BreakAsync(app, "ALTER TABLE users RENAME TO gone_users");

        var api = await script.GetAsync("/api/analytics?type=dashboard");
        var posted = await person.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in", ["__RequestVerificationToken"] = token, ["Input.Email"] = "anna@kps.example", ["Input.Password"] = "whatever it is",
        }));

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (api.StatusCode, posted.StatusCode));
        Assert.StartsWith("""{"success":false,"error":""", await api.Content.ReadAsStringAsync());
        Assert.Contains("This didn", await posted.Content.ReadAsStringAsync());
    }

    private static async Task BreakAsync(CrmApp app, string sql)
    {
        await using var db = app.Services.GetRequiredService<IProvider>().OpenForIdentity();
        await db.Database.ExecuteSqlRawAsync(sql);
    }
}
