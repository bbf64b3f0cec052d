using System.Net;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Support;

/// <summary>The real program on Kestrel and a free port, with a database of its own. Development, so the demo accounts are there.</summary>
public sealed partial class CrmApp : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;
    private readonly string _folder;
    private readonly string? _postgres;
    private readonly bool _ownsDatabase;

    private CrmApp(WebApplicationFactory<Program> factory, string folder, string? postgres, bool ownsDatabase)
    {
        (_factory, _folder, _postgres, _ownsDatabase) = (factory, folder, postgres, ownsDatabase);
        Url = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
    }

    public string Url { get; }
    public string Folder => _folder;
    public IServiceProvider Services => _factory.Services;
    public CrmStore Store => Services.GetRequiredService<CrmStore>();
    public ChangeFeed Feed => Services.GetRequiredService<ChangeFeed>();

    /// <param name="sample">With the sample firm, or with the demo accounts only.</param>
    /// <param name="folder">Start again on the data of an app that was stopped.</param>
    /// <param name="url">Start again on the address of an app that was stopped.</param>
    /// <param name="beside">Another instance on the same PostgreSQL database.</param>
    public static async Task<CrmApp> StartAsync(Dictionary<string, string?>? settings = null, bool sample = false, DatabaseProvider provider = DatabaseProvider.Sqlite,
        string environment = "Development", string? folder = null, string? url = null, CrmApp? beside = null)
    {
        folder ??= Directory.CreateTempSubdirectory("kps-app-").FullName;
        provider = beside is null ? provider : DatabaseProvider.Postgres;
        var postgres = beside?._postgres ?? (provider == DatabaseProvider.Postgres ? await PostgresServer.CreateDatabaseAsync() : null);
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment(environment);
            // What goes wrong in a page stands in the browser's console in its own words.
            host.UseSetting(WebHostDefaults.DetailedErrorsKey, "true");
            host.UseUrls(url ?? "http://127.0.0.1:0");
            host.UseSetting("Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime", "Warning");
            host.UseSetting("Database:Provider", provider.ToString());
            host.UseSetting("Database:Path", Path.Combine(folder, "kps_crm.db"));
            host.UseSetting("Database:ConnectionString", postgres);
            host.UseSetting("Database:SampleData", sample.ToString());
            // A test that is about the schedule turns it on.
            host.UseSetting("Backup:At", "off");
            // A full disk of the machine that tests is nobody's alarm.
            host.UseSetting("Health:FreeMegabytes", "0");
            foreach (var (key, value) in settings ?? [])
                host.UseSetting(key, value);
        });
        factory.UseKestrel();
        factory.StartServer();
        return new(factory, folder, postgres, ownsDatabase: beside is null);
    }

    /// <summary>A browser without a screen: keeps cookies, follows no redirect.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = new Uri(Url) };

    public async Task<HttpClient> SignInAsync(string email = "anna@kps.example", string password = DemoAccounts.Password)
    {
        var client = NewClient();
        var answer = await PostFormAsync(client, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = email, ["Input.Password"] = password });
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return client;
    }

    /// <summary>Gets a form's page and posts it back with its hidden fields and <paramref name="fields"/>.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string path, Dictionary<string, string> fields)
    {
        var page = await client.GetStringAsync(path);
        // A page may have several forms; their tokens are as good as each other.
        var all = HiddenField().Matches(page).DistinctBy(m => m.Groups[1].Value).ToDictionary(m => WebUtility.HtmlDecode(m.Groups[1].Value), m => WebUtility.HtmlDecode(m.Groups[2].Value));
        foreach (var (name, value) in fields)
            all[name] = value;
        return await client.PostAsync(path, new FormUrlEncodedContent(all));
    }

    public async Task<Actor> ActorAsync(string email)
    {
        var user = await Store.ReadAsync(Actor.System, view => view.People.SingleAsync(u => u.Email == email));
        return new Actor(user.Id, user.Name, user.Role);
    }

    /// <summary>Stops the program and leaves its data, as a restart would.</summary>
    public ValueTask StopAsync() => _factory.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        if (_postgres is not null && _ownsDatabase)
            await PostgresServer.DropDatabaseAsync(_postgres);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex HiddenField();
}
