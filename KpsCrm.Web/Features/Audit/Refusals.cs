using System.Collections.Concurrent;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Intake;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace KpsCrm.Web.Features.Audit;

/// <summary>
/// Notes requests that were refused: no right, too many, a form without its token, a post from another site. Of the same refusal to the same
/// sender the first in a minute is told, and then how many more there were: a flood of requests becomes no flood of rows.
/// </summary>
public sealed class Refusals(SecurityTrail trail, TimeProvider clock)
{
    private const int MostSenders = 10_000;
    private const int MostOfPath = 200;
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Sender, int? User, int Status, string Where), Tally> _told = new();
    private long _swept;

    /// <param name="where">The pattern of the address; null where there is none like it. Whoever makes up an address for each request would otherwise fill the trail.</param>
    public void Note(HttpContext http, int status, string path, string? where)
    {
        var who = UserClaims.ActorOf(http);
        var reason = status switch
        {
            StatusCodes.Status429TooManyRequests => "too many requests",
            StatusCodes.Status400BadRequest => "the form's token was missing or wrong",
            StatusCodes.Status401Unauthorized => "not signed in",
            _ => "no right, or a post from another site",
        };
        var now = clock.GetTimestamp();
        var key = (IntakeLimits.Sender(http.Connection.RemoteIpAddress), who.UserId, status, where ?? "");
        if (_told.TryGetValue(key, out var known) && clock.GetElapsedTime(known.Since, now) < Once)
        {
            Interlocked.Increment(ref known.More);
            return;
        }
        if (_told.Count >= MostSenders)
            Sweep(now);
        // So many senders within a minute are a flood, which the log of the proxy tells better than ten thousand rows more.
        if (_told.Count >= MostSenders)
            return;
        _told[key] = new Tally(now);
        path = path.Length <= MostOfPath ? path : path[..MostOfPath] + "…";
        trail.Note(who, SecurityEvents.RequestRefused, details: new { method = http.Request.Method, path, status, reason, moreBefore = known?.More }, severity: SecuritySeverity.Warning);
    }

    private void Sweep(long now)
    {
        if (clock.GetElapsedTime(Interlocked.Exchange(ref _swept, now), now) < TimeSpan.FromSeconds(1))
            return;
        foreach (var old in _told.Where(t => clock.GetElapsedTime(t.Value.Since, now) >= Once))
            _told.TryRemove(old);
    }

    private sealed class Tally(long since)
    {
        public readonly long Since = since;
        public int More;
    }
}

/// <summary>A person without the right is sent to the sign-in page; the trail hears of it first.</summary>
internal sealed class RefusalsOfPages(Refusals refusals) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden)
            refusals.Note(context, StatusCodes.Status403Forbidden, context.Request.Path, RefusalsPipeline.PatternOf(context));
        return _default.HandleAsync(next, context, policy, authorizeResult);
    }
}

public static class RefusalsPipeline
{
    public static IApplicationBuilder UseRefusals(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        // Error and not-found pages are run under another path.
        var (path, where) = (http.Request.Path.Value ?? "", PatternOf(http));
        await next(http);
        var status = http.Response.StatusCode;
        if (status is StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests
            || (status == StatusCodes.Status401Unauthorized && path.StartsWith("/api", StringComparison.OrdinalIgnoreCase))
            || (status == StatusCodes.Status400BadRequest && HttpMethods.IsPost(http.Request.Method) && http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
            || (status == StatusCodes.Status400BadRequest && path.Equals("/sign-out", StringComparison.OrdinalIgnoreCase)))
            http.RequestServices.GetRequiredService<Refusals>().Note(http, status, path, where);
    });

    internal static string? PatternOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
}
