using System.Net;
using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Tests.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Rights;

/// <summary>A23, A24: every door of the running program, tried by everybody: on a new database, on PostgreSQL, and on one of the first schema that was brought up to date.</summary>
public class EveryRouteTests
{
    private static readonly (string? Email, Role? Role)[] Everybody = [(null, null), ("anna@kps.example", Role.Sales), ("manager@kps.example", Role.Manager), ("admin@kps.example", Role.Admin)];

    private static readonly string[] ForAll =
    [
        "/api/analytics POST", "/api/contact POST", "/contact", "/contact/thanks", "/error", "/forgot-password", "/health/live", "/health/ready", "/invitation", "/metrics", "/not-found", "/reset-password", "/setup", "/sign-in", "/sign-in/code POST", "/sign-in/passkey-options",
    ];

    private static readonly string[] ForColleagues =
    [
        "/", "/_blazor", "/_blazor/disconnect/", "/_blazor/initializers/", "/_blazor/negotiate", "/_framework/opaque-redirect", "/{**path:file}", "/account", "/account/here", "/account/passkey-options", "/account/passkeys", "/account/password",
        "/account/second-factor", "/account/sessions", "/api/analytics GET", "/bin", "/clients", "/clients/{Id:int}", "/deals", "/deals/{Id:int}", "/files/{id:int}", "/leads", "/leads/{Id:int}", "/pipeline", "/pipeline/leads", "/sign-out", "/tasks",
    ];

    private static readonly string[] ForManagers = ["/leads/quarantine"];

    private static readonly string[] ForAdmins = ["/audit", "/audit/export", "/settings", "/settings/backup", "/settings/health", "/settings/mail", "/settings/rights", "/settings/security", "/users", "/users/{Id:int}"];

    /// <summary>Only between the password and the code.</summary>
    private static readonly string[] ForNobody = ["/sign-in/code GET"];

    public enum Ground { New, Postgres, Upgraded }

    public static TheoryData<Ground> Grounds => [.. Enum.GetValues<Ground>()];

    [Theory, MemberData(nameof(Grounds))]
    public async Task EveryDoorOpensForThoseForWhomItIs(Ground ground)
    {
        await using var app = await StartAsync(ground);
        var doors = Doors(app);
        var wrong = doors.Where(d => RuleOf(d) is null).Select(d => $"{d.Method} {d.Pattern} has no rule").ToList();
        // All before the first tries the sign-in page: so many tries from one address are held up.
        var clients = new List<HttpClient>();
        foreach (var (email, _) in Everybody)
            clients.Add(email is null ? app.NewClient() : await app.SignInAsync(email));
        foreach (var ((email, role), client) in Everybody.Zip(clients))
        {
            foreach (var door in doors)
            {
                var (status, opens) = await TryAsync(client, door);
                if (RuleOf(door) is { } mayPass && (mayPass(role) != opens || status >= 500))
                    wrong.Add($"{email ?? "a visitor"} gets {status} from {door.Method} {door.Pattern}");
            }
        }
        Assert.Equal([], wrong);
    }

    [Theory, MemberData(nameof(Grounds))]
    public async Task AColleaguesRecordLooksAsIfItWereNotThere(Ground ground)
    {
        await using var app = await StartAsync(ground);
        var bens = await FillAsync(app);
        using var anna = await app.SignInAsync();
        using var ben = await app.SignInAsync("ben@kps.example");
        foreach (var method in new[] { "GET", "HEAD" })
        {
            Assert.Equal(HttpStatusCode.OK, (await ben.SendAsync(new(new(method), $"/files/{bens.File}"))).StatusCode);
            Assert.Equal(await SaidAsync(anna, method, "/files/999999"), await SaidAsync(anna, method, $"/files/{bens.File}"));
        }

        await using var screen = await Browser.OpenAsync(app, "anna@kps.example", "/leads/999999");
        foreach (var (path, id) in new[] { ("leads", bens.Lead), ("clients", bens.Client), ("deals", bens.Deal) })
            Assert.Equal(await ReadAsync(screen, $"/{path}/999999"), await ReadAsync(screen, $"/{path}/{id}"));
    }

    /// <summary>M11: the first HTML of a page, before any connection, has nothing of a colleague's.</summary>
    [Fact]
    public async Task TheFirstHtmlOfNoPageHasWhatIsAColleagues()
    {
        await using var app = await CrmApp.StartAsync();
        var bens = await FillAsync(app);
        using var anna = await app.SignInAsync();
        using var ben = await app.SignInAsync("ben@kps.example");
        using var visitor = app.NewClient();
        foreach (var door in Doors(app).Where(d => d.Method == "GET"))
        {
            foreach (var id in new[] { bens.Lead, bens.Client, bens.Deal, bens.File }.Distinct())
            {
                foreach (var client in new[] { anna, visitor })
                    Assert.DoesNotContain("zebra", (await SaidAsync(client, "GET", door.At(id))).Body, StringComparison.OrdinalIgnoreCase);
            }
        }
        Assert.Contains("zebra", (await SaidAsync(ben, "GET", $"/files/{bens.File}")).Body);
    }

    private static async Task<CrmApp> StartAsync(Ground ground)
    {
        if (ground == Ground.Postgres)
            return await CrmApp.StartAsync(provider: DatabaseProvider.Postgres);
        if (ground == Ground.New)
            return await CrmApp.StartAsync();
        var folder = Directory.CreateTempSubdirectory("kps-app-").FullName;
        await LandedFile.UnpackAsync(LandedFile.Earlier.First().Data, Path.Combine(folder, "kps_crm.db"));
        return await CrmApp.StartAsync(folder: folder);
    }

    private static async Task<(int Lead, int Client, int Deal, int File)> FillAsync(CrmApp app)
    {
        var ben = await app.ActorAsync("ben@kps.example");
        var lead = new Lead { Name = "Zebra", Email = "zebra@example.com", OwnerId = ben.UserId, CreatedAt = DateTime.UtcNow };
        var client = new Client { Name = "Zebra", Email = "zebra@example.com", OwnerId = ben.UserId, JoinedAt = DateTime.UtcNow };
        var deal = new Deal { Title = "Zebra", Client = client, OwnerId = ben.UserId, CreatedAt = DateTime.UtcNow };
        await app.Store.WriteAsync(Actor.System, db =>
        {
            db.AddRange(lead, client, deal, new RoleRights { Role = Role.Sales, Sees = Scope.Own, Changes = Scope.Own });
            return Task.CompletedTask;
        });
        var file = await new AddFile(app.Services.GetRequiredService<FileStore>(), app.Store).RunAsync(ben, ItemRef.Lead(lead.Id), "zebra.txt", new MemoryStream("zebra"u8.ToArray()));
        return (lead.Id, client.Id, deal.Id, file);
    }

    private static async Task<(HttpStatusCode, string Headers, string Body)> SaidAsync(HttpClient client, string method, string path)
    {
        using var answer = await client.SendAsync(new(new(method), path));
        return (answer.StatusCode, string.Join(", ", answer.Headers.Concat(answer.Content.Headers).Select(h => h.Key).Order()), await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> ReadAsync(Browser screen, string path)
    {
        await screen.Page.GotoAsync(path);
        await screen.LiveAsync();
        await Expect(screen.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        return $"{await screen.Page.TitleAsync()}: {await screen.Page.Locator("main").InnerTextAsync()}";
    }

    private static async Task<(int Status, bool Opens)> TryAsync(HttpClient client, Door door)
    {
        using var request = new HttpRequestMessage(new(door.Method), door.At(1));
        if (door.Method == "POST")
            request.Content = new FormUrlEncodedContent([]);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return ((int)answer.StatusCode, answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && answer.Headers.Location?.OriginalString.Contains("/sign-in", StringComparison.Ordinal) != true);
    }

    /// <summary>Null where there is none.</summary>
    private static Predicate<Role?>? RuleOf(Door door)
    {
        return Has(ForAll) ? _ => true : Has(ForColleagues) ? role => role is not null : Has(ForManagers) ? role => role >= Role.Manager : Has(ForAdmins) ? role => role == Role.Admin : Has(ForNobody) ? _ => false : null;

        bool Has(string[] patterns) => patterns.Contains(door.Pattern) || patterns.Contains($"{door.Pattern} {door.Method}");
    }

    private static List<Door> Doors(CrmApp app) =>
        [.. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
            select new Door(method, "/" + endpoint.RoutePattern.RawText?.TrimStart('/'))];

    private sealed record Door(string Method, string Pattern)
    {
        public string At(int id) => Pattern.Replace("{Id:int}", $"{id}").Replace("{id:int}", $"{id}").Replace("{**path:file}", "nothing.txt");
    }
}
