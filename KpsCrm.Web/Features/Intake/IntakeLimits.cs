using System.Net;
using System.Threading.RateLimiting;
using KpsCrm.Web.Site;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Intake;

/// <summary>How much one address may send in a minute. Page views have an allowance of their own, ten times as large, so that they never use up that of the enquiry they lead to.</summary>
public sealed class IntakeLimits(IOptions<IntakeOptions> options) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> _enquiries = PerAddress(options.Value.RequestsPerMinute);
    private readonly PartitionedRateLimiter<HttpContext> _events = PerAddress(options.Value.RequestsPerMinute * 10L);

    /// <returns>Null when it may pass; else how long to wait, which is also in the Retry-After header of the answer, with status 429.</returns>
    public TimeSpan? RefuseEnquiry(HttpContext http) => Refuse(_enquiries, http);

    /// <inheritdoc cref="RefuseEnquiry"/>
    public TimeSpan? RefuseEvent(HttpContext http) => Refuse(_events, http);

    public void Dispose()
    {
        _enquiries.Dispose();
        _events.Dispose();
    }

    private static TimeSpan? Refuse(PartitionedRateLimiter<HttpContext> limiter, HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(http);
        if (lease.IsAcquired)
            return null;

        return TimeSpan.FromSeconds(http.Response.RefuseFor(lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window));
    }

    private static PartitionedRateLimiter<HttpContext> PerAddress(long permits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(Sender(http.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = (int)Math.Min(permits, int.MaxValue), Window = Window }));

    /// <summary>One household holds 2⁶⁴ addresses of IPv6: its network counts as one sender.</summary>
    internal static string Sender(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes()[..8]),
        _ => address.ToString(),
    };
}
