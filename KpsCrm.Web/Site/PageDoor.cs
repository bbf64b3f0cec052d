using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Mail;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;

namespace KpsCrm.Web.Site;

/// <summary>
/// Where an open page connects. Blazor counts nobody's connections and asks no one where they come from; this does: pages of other sites are
/// refused, and one person or address holds only so many at a time.
/// </summary>
public static class PageDoor
{
    private const string Hub = "/_blazor";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    public static IApplicationBuilder UsePageDoor(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Request.Path.StartsWithSegments(Hub) ? ConnectAsync(http, next)
        : IsInteractivePage(http) ? OpenAsync(http, next)
        : next(http));

    private static async Task ConnectAsync(HttpContext http, RequestDelegate next)
    {
        if (IsOfAnotherSite(http))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        // The request of a connection lasts as long as the page is open; negotiations and what is sent beside it don't count.
        if (!http.Request.Path.Equals(Hub, StringComparison.OrdinalIgnoreCase) || HttpMethods.IsPost(http.Request.Method))
        {
            await next(http);
            return;
        }
        using var place = http.RequestServices.GetRequiredService<PageCounter>().TryOpen(CallersOf(http));
        if (place is null)
        {
            http.Response.RefuseFor(RetryAfter);
            return;
        }
        await next(http);
    }

    /// <summary>Says so in words, before a page comes that could not connect.</summary>
    private static Task OpenAsync(HttpContext http, RequestDelegate next)
    {
        var counter = http.RequestServices.GetRequiredService<PageCounter>();
        if (CallersOf(http).All(c => counter.Of(c.Who) < c.Most))
            return next(http);
        http.Response.RefuseFor(RetryAfter);
        return PlainPage.WriteAsync(http.Response, "Too many open pages", "There are too many pages of this system open at the same time. Close some of them, then try again.", "/", "Try again");
    }

    private static (string Who, int Most)[] CallersOf(HttpContext http)
    {
        var limits = http.RequestServices.GetRequiredService<LimitOptions>();
        return
        [
            ($"person {UserClaims.ActorOf(http.User).UserId}", limits.PagesPerPerson),
            ($"address {IntakeLimits.Sender(http.Connection.RemoteIpAddress)}", limits.PagesPerAddress),
        ];
    }

    private static bool IsInteractivePage(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && http.GetEndpoint()?.Metadata is { } metadata
        && metadata.GetMetadata<ComponentTypeMetadata>() is not null && metadata.GetMetadata<ExcludeFromInteractiveRoutingAttribute>() is null;

    /// <summary>
    /// Browsers always say where a WebSocket comes from. The port counts: cookies don't know of it, so another program of the same machine would be let in.
    /// A proxy that ends TLS hands on the host, or the firm's address is configured; which of the two schemes it was doesn't matter.
    /// </summary>
    private static bool IsOfAnotherSite(HttpContext http)
    {
        if (http.Request.Headers.Origin.ToString() is not { Length: > 0 } origin)
            return false;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from))
            return true;
        var own = new Uri(http.RequestServices.GetRequiredService<MailOptions>().BaseUrl);
        return !IsAt(http.Request.Host.Host, http.Request.Host.Port) && !IsAt(own.Host, own.Port);

        bool IsAt(string host, int? port) => string.Equals(from.Host, host, StringComparison.OrdinalIgnoreCase) && (port is null or 80 or 443 ? from.IsDefaultPort : from.Port == port);
    }
}
