using System.Net;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Account;

public class StrangerTests
{
    /// <summary>The doors without a lock. What is added here is open to the whole world.</summary>
    private static readonly string[] Open =
    [
        "/contact", "/contact/thanks", "/sign-in", "/sign-in/code", "/sign-in/passkey-options", "/forgot-password", "/reset-password", "/invitation", "/setup", "/error", "/not-found",
        "/api/contact", "POST /api/analytics", "OPTIONS /api/analytics", "/health/live", "/health/ready",
    ];

    /// <summary>Ask for themselves, because a token is as good as a person, and for metrics to be on this machine; a stranger is refused all the same.</summary>
    private static readonly string[] AsksItself = ["GET /api/analytics", "GET /metrics"];

    [Fact]
    public async Task AStrangerIsSentToSignInEverywhereButAtTheOpenDoors()
    {
        await using var app = await CrmApp.StartAsync();
        var stranger = app.NewClient();
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var closed = 0;
        foreach (var endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
                continue;

            var path = Path(endpoint.RoutePattern);
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } named ? named : [HttpMethods.Get];
            foreach (var method in methods)
            {
                var open = Open.Contains(path) || Open.Contains($"{method} {path}");
                if (IsFrameworkFile(path))
                    continue;
                Assert.True((open || AsksItself.Contains($"{method} {path}")) == endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null, $"{method} {path} is {(open ? "closed, but stands in the list" : "open to everyone")}.");
                if (open)
                    continue;

                using var answer = await stranger.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized
                    || answer.StatusCode == HttpStatusCode.Forbidden && path == "/metrics"
                    || answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.AbsolutePath == "/sign-in", $"{method} {path} answered {(int)answer.StatusCode}.");
                closed++;
            }
        }
        Assert.True(closed >= 3);
    }

    /// <summary>The endpoints' fallback policy ends where a circuit begins: there, only what stands on the page is asked again when its user is switched off.</summary>
    [Fact]
    public void EveryPageSaysItselfWhoMayOpenIt() =>
        Assert.All(typeof(Program).Assembly.GetTypes().Where(t => t.IsDefined(typeof(RouteAttribute), false)),
            page => Assert.True(page.IsDefined(typeof(AuthorizeAttribute), false) || page.IsDefined(typeof(AllowAnonymousAttribute), false), page.Name));

    [Fact]
    public async Task AnAddressThatDoesNotExistTellsAStrangerNothingElse()
    {
        await using var app = await CrmApp.StartAsync();

        Assert.Contains((await app.NewClient().GetAsync("/no/such/page")).StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.Found });
    }

    [Fact]
    public async Task SalesPeopleMayNotOpenTheMailPage()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();

        var answer = await anna.GetAsync("/settings/mail");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Contains("who may not open that page", await anna.GetStringAsync(answer.Headers.Location));
        Assert.Equal(HttpStatusCode.OK, (await (await app.SignInAsync("admin@kps.example")).GetAsync("/settings/mail")).StatusCode);
    }

    /// <summary>Blazor's own scripts; they carry no data.</summary>
    private static bool IsFrameworkFile(string path) => path.StartsWith("/_framework/", StringComparison.Ordinal);

    private static string Path(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => "1",
        }))));
}
