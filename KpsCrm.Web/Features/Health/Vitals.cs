using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Features.Backups;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Health;

/// <summary>How the program stands, as far as the database and the disk know.</summary>
/// <param name="OldestMail">UTC; when the mail that has waited longest was written.</param>
/// <param name="AuditRows">The last number of the audit trail's chain.</param>
/// <param name="FreeBytes">On the disk of the data folder.</param>
/// <param name="LastBackup">UTC; the newest that was proved; null when there is none.</param>
/// <param name="MakesBackups">False where the database's server is left to make its own.</param>
public sealed record VitalSigns(int MailsWaiting, int MailsRefused, DateTime? OldestMail, long AuditRows, int Sessions, long DatabaseBytes, long FreeBytes, DateTime? LastBackup, bool MakesBackups);

/// <summary>Looks how the program stands when somebody wants to know; however many ask, every two seconds, or when something of it has changed.</summary>
public sealed class Vitals(CrmStore store, Footprint footprint, LiveSessions sessions, BackupDesk backups, ChangeFeed feed, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1);
    private long _lookedAt;
    private long _version;

    /// <summary>What is told of by the feed; the rest changes by itself.</summary>
    public const Topics Of = Topics.Mail | Topics.Security | Topics.Sessions;

    /// <summary>What the last look found; null before the first.</summary>
    public VitalSigns? Last { get; private set; }

    public async Task<VitalSigns> LookAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Read first: what changes while this looks makes the answer old, never the other way round.
            var version = feed.VersionOf(Of);
            if (Last is { } last && version == _version && clock.GetElapsedTime(_lookedAt) < Fresh)
                return last;
            Last = await ReadAsync(cancellationToken);
            (_lookedAt, _version) = (clock.GetTimestamp(), version);
            return Last;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<VitalSigns> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = await footprint.DatabaseBytesAsync(cancellationToken);
        return await store.ReadAsync(Actor.System, async view =>
        {
            // What speaks of a lead in the recycle bin waits there with it.
            var waiting = view.Mails.Where(m => m.State == MailState.Waiting && (m.LeadId == null || view.Leads.Any(l => l.Id == m.LeadId)));
            return new VitalSigns(
                await waiting.CountAsync(cancellationToken),
                await view.Mails.CountAsync(m => m.State == MailState.Refused, cancellationToken),
                await waiting.MinAsync(m => (DateTime?)m.CreatedAt, cancellationToken),
                await view.SecurityLogs.MaxAsync(l => l.Seq, cancellationToken) ?? 0,
                sessions.Count, bytes, footprint.FreeBytes, backups.LastGood?.MadeAt, backups.CanMake);
        }, cancellationToken);
    }

    public void Dispose() => _turn.Dispose();
}
