using System.Text.Json;
using KpsCrm.Data;
using KpsCrm.Data.Security;

namespace KpsCrm.Web.Features.Account;

/// <summary>Writes sign-ins, failures, lockouts and sign-outs into security_logs.</summary>
public sealed class SecurityTrail(CrmStore store)
{
    public Task LoginSucceededAsync(HttpContext http, int userId) => AddAsync(http, "login_success", userId.ToString(), "info", null);

    public Task LoginFailedAsync(HttpContext http, string email) => AddAsync(http, "login_failure", null, "warning", new { email });

    public Task LockedOutAsync(HttpContext http, string email) => AddAsync(http, "lockout", null, "warning", new { email });

    public Task LogoutAsync(HttpContext http) => AddAsync(http, "logout", UserClaims.ActorOf(http.User).UserId?.ToString(), "info", null);

    public Task SetUpRefusedAsync(HttpContext http) => AddAsync(http, "setup_failure", null, "warning", null);

    internal static SecurityLog Row(HttpContext http, string type, string? userId, string severity, object? details, DateTime at) => new()
    {
        EventType = type,
        UserId = userId,
        IpAddress = http.Connection.RemoteIpAddress?.ToString(),
        UserAgent = http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, 500)] : null,
        Details = details is null ? null : JsonSerializer.Serialize(details),
        Severity = severity,
        CreatedAt = at,
    };

    private Task AddAsync(HttpContext http, string type, string? userId, string severity, object? details) => store.WriteAsync(Actor.System, db =>
    {
        db.SecurityLogs.Add(Row(http, type, userId, severity, details, db.Now));
        return Task.CompletedTask;
    });
}
