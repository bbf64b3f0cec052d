using System.Threading.RateLimiting;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Site;
using Microsoft.AspNetCore.RateLimiting;

namespace KpsCrm.Web.Features.Account;

/// <summary>So many attempts to sign in, or to guess the set-up code, a minute and address; settings key <c>Account__SignInsPerMinute</c>, 30.</summary>
internal sealed class SignInLimit(AccountOptions options) : IRateLimiterPolicy<string>
{
    public const string Policy = "sign-in";

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected =>
        (rejected, _) => new(CallLimits.RefuseAsync(rejected, "Too many attempts", "There were too many attempts to sign in from your network.", "/sign-in", "Back to sign-in"));

    public RateLimitPartition<string> GetPartition(HttpContext http) => HttpMethods.IsPost(http.Request.Method)
        ? RateLimitPartition.GetFixedWindowLimiter(IntakeLimits.Sender(http.Connection.RemoteIpAddress), _ => new() { PermitLimit = options.SignInsPerMinute, Window = TimeSpan.FromMinutes(1) })
        : RateLimitPartition.GetNoLimiter("reading");
}
