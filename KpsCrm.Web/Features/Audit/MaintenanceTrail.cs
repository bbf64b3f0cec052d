using System.Data.Common;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

/// <summary>Tells the audit trail of backups and restores, whoever made them.</summary>
public sealed class MaintenanceTrail(CrmStore store, AuditCheck check, ILogger<MaintenanceTrail> log)
{
    public Task BackedUpAsync(BackupReport report, Actor? by = null) => TellAsync(by, SecurityEvents.BackupMade, new { file = Path.GetFileName(report.Path), bytes = report.Bytes }, SecuritySeverity.Info);

    public Task BackupFailedAsync(string reason, Actor? by = null) => TellAsync(by, SecurityEvents.BackupFailed, new { reason }, SecuritySeverity.Warning);

    /// <summary>What was anchored before counts no more: the chain goes on from where it stood in the backup.</summary>
    public async Task RestoredAsync(string file, string? saved, Actor? by = null)
    {
        await check.AnchorRestoredAsync();
        await TellAsync(by, SecurityEvents.Restored, new { file = Path.GetFileName(file), before = Path.GetFileName(saved), by = Environment.UserName }, SecuritySeverity.Critical);
    }

    private async Task TellAsync(Actor? by, string eventType, object details, string severity)
    {
        try
        {
            // Whoever restored may have no rights in what they restored.
            await store.WriteAsync(Actor.System, db =>
            {
                db.AuditFor(by ?? Actor.System, eventType, details: details, severity: severity);
                return Task.CompletedTask;
            });
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            // A file of an earlier version, which the next start brings up to date.
            log.LogWarning("The audit trail could not be told of this ({Reason})", e.Message);
        }
    }
}
