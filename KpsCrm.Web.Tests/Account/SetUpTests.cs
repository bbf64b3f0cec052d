using System.Net;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Account;

public class SetUpTests
{
    private const string Password = "seven quiet green boats";

    internal static Task<HttpResponseMessage> CreateAsync(CrmApp app, HttpClient client, string email = "owner@firm.example", string password = Password, string? code = null) =>
        CrmApp.PostFormAsync(client, "/setup", new()
        {
            ["_handler"] = "setup",
            ["Input.Code"] = code ?? app.Services.GetRequiredService<FirstRun>().NewCode(),
            ["Input.Name"] = "Olga Owner",
            ["Input.Email"] = email,
            ["Input.Password"] = password,
        });

    private static Task<List<User>> PeopleAsync(CrmApp app) => app.Store.ReadAsync(Actor.System, view => view.People.ToListAsync());

    [Fact]
    public async Task TheFirstAdminIsMadeSignedInAndTheDoorIsGone()
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");
        foreach (var door in new[] { "/", "/sign-in" })
            Assert.Equal("/setup", (await app.NewClient().GetAsync(door)).Headers.Location!.OriginalString);

        var client = app.NewClient();
        var answer = await CreateAsync(app, client);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        var admin = Assert.Single(await PeopleAsync(app));
        Assert.Equal(("Olga Owner", "owner@firm.example", Role.Admin, false), (admin.Name, admin.Email, admin.Role, admin.IsSample));
        Assert.Equal(HttpStatusCode.NotFound, (await app.NewClient().GetAsync("/setup")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("/setup", new FormUrlEncodedContent([]))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.NewClient().GetAsync("/sign-in")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await (await app.SignInAsync("owner@firm.example", Password)).GetAsync("/")).StatusCode);
        Assert.Contains("first_admin_created", await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Select(l => l.EventType).ToListAsync()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://crm.firm.example/")]
    public async Task TheAddressInTheLogOpensTheDoor(string? proxy)
    {
        await using var app = await CrmApp.StartAsync(proxy is null ? [] : new() { ["Mail:BaseUrl"] = proxy }, environment: "Production");
        await using var file = new FileStream(Directory.GetFiles(Path.Combine(app.Folder, "logs")).Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var log = await new StreamReader(file).ReadToEndAsync();

        var code = Regex.Match(log, Regex.Escape((proxy ?? app.Url).TrimEnd('/')) + "/setup\\?code=([A-Z2-9]{26})").Groups[1].Value;
        var answer = await CreateAsync(app, app.NewClient(), code: code);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Single(await PeopleAsync(app));
    }

    [Fact]
    public async Task ItStaysGoneAfterARestart()
    {
        var app = await CrmApp.StartAsync(environment: "Production");
        await CreateAsync(app, app.NewClient());
        await app.StopAsync();

        await using var again = await CrmApp.StartAsync(environment: "Production", folder: app.Folder);

        Assert.Equal(HttpStatusCode.NotFound, (await again.NewClient().GetAsync("/setup")).StatusCode);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task OfTwoWhoPostAtOnceExactlyOneBecomesAdmin(DatabaseProvider provider)
    {
        await using var app = await CrmApp.StartAsync(environment: "Production", provider: provider);
        var code = app.Services.GetRequiredService<FirstRun>().NewCode();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CreateAsync(app, app.NewClient(), $"owner{i}@firm.example", code: code)));

        Assert.Single(await PeopleAsync(app));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Found && a.Headers.Location!.OriginalString is "/" or "" || a.Headers.Location?.AbsolutePath == "/");
    }

    [Theory]
    [InlineData("WRONGWRONGWRONGWRONG", Password)]
    [InlineData("", Password)]
    [InlineData(null, "too short")]
    [InlineData(null, "Password1234")]
    [InlineData(null, "P4$$w0rd12345!")]
    [InlineData(null, "123456789012")]
    [InlineData(null, "aaaaaaaaaaaaaa")]
    [InlineData(null, "qwertyuiop123")]
    [InlineData(null, "owner@firm.example")]
    public async Task AWrongCodeOrAPoorPasswordMakesNobody(string? code, string password)
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");

        var answer = await CreateAsync(app, app.NewClient(), password: password, code: code);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.True(page.Contains("class=\"problem\"") || page.Contains("validation-message"));
        Assert.Contains("value=\"Olga Owner\"", page);
        Assert.DoesNotContain(WebUtility.HtmlEncode($"value=\"{password}\""), page);
        Assert.Empty(await PeopleAsync(app));
    }

    [Fact]
    public async Task TheCodeOfAnEarlierStartIsWorthless()
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");
        var earlier = app.Services.GetRequiredService<FirstRun>().NewCode();
        app.Services.GetRequiredService<FirstRun>().NewCode();

        await CreateAsync(app, app.NewClient(), code: earlier);

        Assert.Empty(await PeopleAsync(app));
    }

    [Fact]
    public async Task InDevelopmentThereIsNoSetUp()
    {
        await using var app = await CrmApp.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await app.NewClient().GetAsync("/setup")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.NewClient().GetAsync("/sign-in")).StatusCode);
    }

    [Fact]
    public async Task GuessingTheCodeIsSlowedDown()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "2" }, environment: "Production");
        var client = app.NewClient();
        for (var i = 0; i < 2; i++)
            await CreateAsync(app, client, code: "GUESS");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await CreateAsync(app, client, code: "GUESS")).StatusCode);
    }
}
