using System.Globalization;
using System.Threading.RateLimiting;
using KpsCrm.Web.Features.Intake;
using Microsoft.AspNetCore.RateLimiting;

namespace KpsCrm.Web.Features.Account;

/// <summary>So many attempts to sign in, or to guess the set-up code, a minute and address; settings key <c>Account__SignInsPerMinute</c>, 30.</summary>
internal sealed class SignInLimit(IConfiguration configuration) : IRateLimiterPolicy<string>
{
    public const string Policy = "sign-in";

    private readonly int _perMinute = configuration.GetValue("Account:SignInsPerMinute", 30);

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => RejectAsync;

    public RateLimitPartition<string> GetPartition(HttpContext http) => HttpMethods.IsPost(http.Request.Method)
        ? RateLimitPartition.GetFixedWindowLimiter(IntakeLimits.Sender(http.Connection.RemoteIpAddress), _ => new() { PermitLimit = _perMinute, Window = TimeSpan.FromMinutes(1) })
        : RateLimitPartition.GetNoLimiter("reading");

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 60;
        var response = rejected.HttpContext.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><title>Too many attempts</title><link rel="stylesheet" href="/public.css" /></head>
            <body><main class="sheet"><h1>Too many attempts</h1><p>There were too many attempts to sign in from your network. Wait {(seconds == 1 ? "a second" : $"{seconds} seconds")}, then try again.</p><p><a class="button" href="/sign-in">Back to sign-in</a></p></main></body>
            </html>
            """, cancellationToken);
    }
}
