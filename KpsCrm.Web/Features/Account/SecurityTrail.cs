using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.Sessions;

namespace KpsCrm.Web.Features.Account;

/// <summary>
/// Tells the audit trail. What belongs to a change is written in the change's own save: <c>db.Audit(…)</c> inside <see cref="CrmStore.WriteAsync"/>.
/// What decides something is written before the answer: <see cref="WriteAsync"/>. What merely happens, by the hundred, is noted: <see cref="Note"/>.
/// </summary>
public sealed class SecurityTrail(CrmStore store, AuditQueue queue, TimeProvider clock)
{
    private const string Accounts = "account/";

    /// <summary>On disk when it returns.</summary>
    /// <param name="who">From <see cref="UserClaims.ActorOf(HttpContext)"/> or <see cref="CurrentActor"/>, so that the address and the browser are known.</param>
    public Task WriteAsync(Actor who, string eventType, string? subject = null, object? details = null, string severity = SecuritySeverity.Info) => store.WriteAsync(Actor.System, db =>
    {
        db.AuditFor(who, eventType, subject, details, severity);
        return Task.CompletedTask;
    });

    /// <summary>Written within a moment; never waits and never fails.</summary>
    public void Note(Actor who, string eventType, string? subject = null, object? details = null, string severity = SecuritySeverity.Info) =>
        queue.Add(AuditRow.Of(who, eventType, clock.GetUtcNow().UtcDateTime, subject, details, severity));

    /// <param name="how">"password and code"; nothing for a password alone.</param>
    public Task LoginSucceededAsync(HttpContext http, Actor who, string? how = null) => WriteAsync(who with { From = OriginOf(http) }, SecurityEvents.LoginSuccess, details: new { role = who.Role?.ToString(), how });

    public Task LoginFailedAsync(HttpContext http, string email) => FailedAsync(http, SecurityEvents.LoginFailure, email);

    public Task LockedOutAsync(HttpContext http, string email) => FailedAsync(http, SecurityEvents.Lockout, email);

    public Task LogoutAsync(HttpContext http) => WriteAsync(UserClaims.ActorOf(http), SecurityEvents.Logout);

    public Task SetUpRefusedAsync(HttpContext http) => WriteAsync(UserClaims.ActorOf(http), SecurityEvents.SetUpFailure, severity: SecuritySeverity.Warning);

    public Task CodeFailedAsync(HttpContext http, string email) => FailedAsync(http, SecurityEvents.SecondFactorFailure, email);

    /// <summary>
    /// Someone came with the key of a session that is over. A browser forgets it as soon as it is told, so it is an alarm where the person signed
    /// out there themselves, and where it comes a second time.
    /// </summary>
    internal Task RevokedSessionUsedAsync(HttpContext http, DeadSession dead) => WriteAsync(dead.Person with { From = OriginOf(http) }, SecurityEvents.RevokedSessionUsed, $"users/{dead.Person.UserId}",
        new { session = dead.Id, ended = dead.EndedBecause?.ToString(), again = dead.Again }, dead.Again || dead.EndedBecause == SessionEnd.SignedOut ? SecuritySeverity.Warning : SecuritySeverity.Info);

    /// <summary>How the trail names an account that somebody tried, whether it exists or not.</summary>
    public static string AccountSubject(string email) => Accounts + email.Trim().ToLowerInvariant();

    internal static string EmailOf(string accountSubject) => accountSubject.StartsWith(Accounts, StringComparison.Ordinal) ? accountSubject[Accounts.Length..] : "";

    public static RequestOrigin OriginOf(HttpContext http) => new(
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : http.Connection.RemoteIpAddress?.ToString(),
        http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null);

    private Task FailedAsync(HttpContext http, string eventType, string email) =>
        WriteAsync(UserClaims.ActorOf(http), eventType, AccountSubject(email), new { email }, SecuritySeverity.Warning);
}
