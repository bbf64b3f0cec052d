using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Intake;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>
/// Tells the audit trail who reads names and notes by <c>/api/analytics</c>. Programs ask every few seconds: each caller is told of once an hour,
/// with how often they asked in the one before.
/// </summary>
public sealed class AnalyticsReaders(SecurityTrail trail, TimeProvider clock)
{
    private static readonly TimeSpan Once = TimeSpan.FromHours(1);

    private readonly Dictionary<(int? User, string Sender), (long Since, int Reads)> _readers = [];

    /// <param name="rows">Leads and clients in the answer.</param>
    public void Note(HttpContext http, Actor who, int rows)
    {
        var caller = (who.UserId, IntakeLimits.Sender(http.Connection.RemoteIpAddress));
        var now = clock.GetTimestamp();
        int before;
        lock (_readers)
        {
            var (since, reads) = _readers.GetValueOrDefault(caller);
            var isNew = reads == 0 || clock.GetElapsedTime(since, now) >= Once;
            _readers[caller] = isNew ? (now, 1) : (since, reads + 1);
            if (!isNew)
                return;
            before = reads;
        }
        trail.Note(who with { From = SecurityTrail.OriginOf(http) }, SecurityEvents.Exported, "api/analytics", new { rows, readsBefore = before });
    }
}
