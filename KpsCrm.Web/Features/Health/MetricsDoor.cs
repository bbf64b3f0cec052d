using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace KpsCrm.Web.Features.Health;

/// <summary>
/// Who may read <c>/metrics</c>: whoever bears <c>Metrics__Token</c>; without that setting, programs on this machine. What came through a proxy did not
/// come from this machine, even if the proxy did.
/// </summary>
public static class MetricsDoor
{
    public const string Path = "/metrics";

    public static IApplicationBuilder UseMetricsDoor(this WebApplication app)
    {
        var token = app.Configuration["Metrics:Token"];
        return app.Use(async (http, next) =>
        {
            if (!http.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase))
            {
                await next(http);
                return;
            }
            if (!MayRead(http, token))
            {
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                await http.Response.WriteAsync(string.IsNullOrEmpty(token) ? "Metrics can be read on this machine only; to read them from elsewhere, set Metrics__Token.\n" : "Say who you are: Authorization: Bearer, and the value of Metrics__Token.\n");
                return;
            }
            // The figures of the database and the disk are read when somebody asks, and only then.
            await app.Services.GetRequiredService<Vitals>().LookAsync(http.RequestAborted);
            await next(http);
        });
    }

    private static bool MayRead(HttpContext http, string? token)
    {
        if (!string.IsNullOrEmpty(token))
            return http.Request.Headers.Authorization.ToString() is ['B' or 'b', ..] said && said.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(said["Bearer ".Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var headers = http.Request.Headers;
        return http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && IsThisMachine(http.Request.Host.Host)
            && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("X-Original-For") && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("Via");
    }

    private static bool IsThisMachine(string host) => host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
