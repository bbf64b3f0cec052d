using System.Collections.Concurrent;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
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
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string? Address, int? User, int Status, string Path), Tally> _told = new();

    public void Note(HttpContext http, int status, string path)
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
        // Not the whole path: whoever makes one up for each request would otherwise fill the trail.
        path = string.Join('/', path.Split('/').Take(4));
        var key = (who.From?.Address, who.UserId, status, path);
        if (_told.TryGetValue(key, out var known) && clock.GetElapsedTime(known.Since, now) < Once)
        {
            Interlocked.Increment(ref known.More);
            return;
        }
        if (_told.Count >= MostSenders)
            Sweep(now);
        if (_told.Count < MostSenders)
            _told[key] = new Tally(now);
        trail.Note(who, SecurityEvents.RequestRefused, details: new { method = http.Request.Method, path, status, reason, moreBefore = known?.More }, severity: SecuritySeverity.Warning);
    }

    private void Sweep(long now)
    {
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
            refusals.Note(context, StatusCodes.Status403Forbidden, context.Request.Path);
        return _default.HandleAsync(next, context, policy, authorizeResult);
    }
}

public static class RefusalsPipeline
{
    public static IApplicationBuilder UseRefusals(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        // Error and not-found pages are run under another path.
        var path = http.Request.Path.Value ?? "";
        await next(http);
        var status = http.Response.StatusCode;
        if (status is StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests
            || (status == StatusCodes.Status401Unauthorized && path.StartsWith("/api", StringComparison.Ordinal))
            || (status == StatusCodes.Status400BadRequest && HttpMethods.IsPost(http.Request.Method) && http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
            || (status == StatusCodes.Status400BadRequest && path == "/sign-out"))
            http.RequestServices.GetRequiredService<Refusals>().Note(http, status, path);
    });
}
