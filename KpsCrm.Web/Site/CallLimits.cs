using System.Threading.RateLimiting;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.RateLimiting;

namespace KpsCrm.Web.Site;

/// <summary>How often one caller may ask. Who is signed in counts by themselves, wherever they are; everyone else by their address.</summary>
public static class CallLimits
{
    public const string Api = "api";
    public const string Exports = "exports";
    public const string Downloads = "downloads";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddCallLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimiterOptions>().Configure<LimitOptions>((limiter, limits) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) => new(RefuseAsync(rejected, "Too many requests", "There were too many requests from your network in a short time.", "/", "Go to the start page"));
            // In bursts of ten seconds' worth; it fills up again each second.
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(CallerOf(http), _ => new()
            {
                TokenLimit = Math.Max(1, limits.RequestsPerMinute / 6),
                TokensPerPeriod = Math.Max(1, limits.RequestsPerMinute / 60),
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
            foreach (var (policy, most) in new[] { (Api, limits.ApiCallsPerMinute), (Exports, limits.ExportsPerMinute), (Downloads, limits.DownloadsPerMinute) })
                limiter.AddPolicy(policy, http => RateLimitPartition.GetFixedWindowLimiter(CallerOf(http), _ => new() { PermitLimit = most, Window = Minute }));
        });
        return services;
    }

    /// <summary>429 with Retry-After, and in words: a page for people, JSON for programs.</summary>
    internal static Task RefuseAsync(OnRejectedContext rejected, string title, string sentence, string href, string link)
    {
        var http = rejected.HttpContext;
        var seconds = http.Response.RefuseFor(rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Minute);
        sentence = $"{sentence} Wait {Words.Count(seconds, "second")}, then try again.";
        return http.Request.Path.StartsWithSegments("/api") ? http.Response.WriteAsJsonAsync(new { success = false, error = sentence }) : PlainPage.WriteAsync(http.Response, title, sentence, href, link);
    }

    private static string CallerOf(HttpContext http) =>
        UserClaims.ActorOf(http.User).UserId is { } person ? $"person {person}" : IntakeLimits.Sender(http.Connection.RemoteIpAddress);
}
