using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;

namespace KpsCrm.Data;

/// <summary>The audit trail's part of a write: rows are gathered while it goes on, and take their place in the chain as its last act.</summary>
public abstract partial class CrmDbContext
{
    private readonly List<SecurityLog> _unsealed = [];

    /// <summary>Set by a provider that appends the audit rows before it commits.</summary>
    internal bool SealsBeforeCommit { get; set; }

    /// <summary>Tells the audit trail what this context's actor does, in the same commit.</summary>
    /// <param name="subject">What it is about, such as <c>leads/12</c>.</param>
    /// <param name="details">An object that becomes JSON.</param>
    public void Audit(string eventType, string? subject = null, object? details = null, string severity = SecuritySeverity.Info) =>
        AuditFor(Actor, eventType, subject, details, severity);

    /// <summary>Tells what somebody did for whom this context doesn't act: also of those who may do nothing any more.</summary>
    /// <inheritdoc cref="Audit"/>
    public void AuditFor(Actor who, string eventType, string? subject = null, object? details = null, string severity = SecuritySeverity.Info) =>
        Append(AuditRow.Of(who, eventType, Now, subject, details, severity));

    /// <summary>Rows of the audit trail are written last, when nothing else of the transaction can make others wait.</summary>
    internal void Append(SecurityLog row)
    {
        if (!SealsBeforeCommit)
            throw new InvalidOperationException("security_logs is written through CrmStore.WriteAsync only.");
        _unsealed.Add(row);
    }

    /// <summary>Gives the rows that this write adds to the audit trail their place in the chain. Nothing may be saved after it.</summary>
    internal async Task SealAsync(CancellationToken cancellationToken = default)
    {
        if (_unsealed.Count == 0)
            return;
        SecurityLog[] rows = [.. _unsealed];
        _unsealed.Clear();
        var chain = await HoldChainAsync(cancellationToken);
        var ids = await TakeLogIdsAsync(rows.Length, cancellationToken);
        foreach (var (row, id) in rows.Zip(ids))
        {
            AuditChain.Clean(row);
            (row.Id, row.Seq) = (id, ++chain.Seq);
            row.Hash = chain.Hash = AuditChain.HashOf(chain.Hash, row);
        }
        SecurityLogs.AddRange(rows);
        await base.SaveChangesAsync(true, cancellationToken);
        foreach (var row in rows)
        {
            Entry(row).State = EntityState.Detached;
            _uncommitted.Add(new(Topics.Security, row.Id, ChangeKind.Added, Actor.UserId));
        }
    }

    /// <summary>The chain's one row, which nobody else changes until this transaction ends; begun when there is none.</summary>
    private protected abstract Task<SecurityChain> HoldChainAsync(CancellationToken cancellationToken);

    private protected async Task<SecurityChain> BeginChainAsync(CancellationToken cancellationToken)
    {
        var chain = await AuditRows.BeginAsync(this, cancellationToken);
        Add(chain);
        return chain;
    }

    /// <summary>From here to its end one state of the data is read, whatever is written meanwhile; nobody waits for it.</summary>
    internal virtual Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken) => Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);

    /// <summary>A time column as text that reads back to the moment it holds.</summary>
    internal abstract string UtcText(string column);

    /// <summary>Ids for rows of security_logs, rising. Known before the rows are written, for they are hashed too.</summary>
    private protected abstract Task<IReadOnlyList<int>> TakeLogIdsAsync(int count, CancellationToken cancellationToken);

    /// <summary>What belongs into the audit trail whoever writes it: settings, and who may do what.</summary>
    private void AuditOf(EntityEntry entry)
    {
        switch (entry.Entity)
        {
            case StoredSetting setting:
                var value = entry.Property(nameof(StoredSetting.Value));
                if (setting.IsSecret)
                    Audit(SecurityEvents.SettingChanged, $"settings/{setting.Key}", new { after = value.CurrentValue is "" || entry.State == EntityState.Deleted ? "none" : "another" }, SecuritySeverity.Warning);
                else
                    Audit(SecurityEvents.SettingChanged, $"settings/{setting.Key}", new { before = entry.State == EntityState.Added ? null : value.OriginalValue, after = entry.State == EntityState.Deleted ? null : value.CurrentValue });
                break;
            case User user when entry.State == EntityState.Modified:
                if (entry.Property(nameof(User.TeamId)) is { IsModified: true } team)
                    Audit(SecurityEvents.RightsChanged, $"users/{user.Id}", new { name = user.Name, teamBefore = team.OriginalValue, teamAfter = team.CurrentValue });
                if (entry.Property(nameof(User.Role)) is { IsModified: true } role)
                    Audit(SecurityEvents.RoleChanged, $"users/{user.Id}", new { name = user.Name, before = role.OriginalValue?.ToString(), after = role.CurrentValue?.ToString() }, SecuritySeverity.Warning);
                break;
            case RoleRights rights:
                Audit(SecurityEvents.RightsChanged, $"rights/{Columns.Word(rights.Role)}", new { before = entry.State == EntityState.Added ? Said(new() { Role = rights.Role }) : Said((RoleRights)entry.OriginalValues.ToObject()), after = Said(rights) }, SecuritySeverity.Warning);
                break;
        }
    }

    private static object Said(RoleRights rights) => new { sees = Columns.Word(rights.Sees), changes = Columns.Word(rights.Changes), exports = rights.MayExport, deletes = rights.MayDelete };
}
