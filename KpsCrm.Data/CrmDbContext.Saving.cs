using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace KpsCrm.Data;

/// <content>What a save stamps, and what it tells.</content>
public abstract partial class CrmDbContext
{
    /// <summary>All that a save does before it writes. Changes are looked for once, and again after what the save itself sets: each look compares every tracked row.</summary>
    private async Task<List<(Topics Topic, object Row, ChangeKind Kind)>> ReadyToSaveAsync(CancellationToken cancellationToken)
    {
        ChangeTracker.DetectChanges();
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            foreach (var entry in ChangeTracker.Entries<SecurityLog>().Where(e => e.State == EntityState.Added).ToList())
            {
                Append(entry.Entity);
                entry.State = EntityState.Detached;
            }
            await LifetimeValue.ApplyAsync(this, cancellationToken);
            await AccountNews.AddAsync(this, cancellationToken);
            ChangeTracker.DetectChanges();
            await WriteGate.CheckAsync(this, cancellationToken);
            await HoldOwnersAsync(cancellationToken);
            if (AccessShift.Of(this) is { } shift)
                _uncommitted.Add(shift);
            return PrepareSave();
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    /// <summary>Where two writes run at once, what is put to a record waits for a deletion of that record under way.</summary>
    /// <exception cref="RuleException">The record has gone to the recycle bin meanwhile.</exception>
    private protected virtual Task HoldOwnersAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stamps versions and times, and notes what is about to be written: after the save every entry reads Unchanged.</summary>
    private List<(Topics Topic, object Row, ChangeKind Kind)> PrepareSave()
    {
        var saving = new List<(Topics, object, ChangeKind)>();
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted))
                continue;

            if (entry.Entity is Activity or SecurityLog && entry.State != EntityState.Added)
                throw new InvalidOperationException($"{entry.Metadata.GetTableName()} is append-only.");

            if (entry is { Entity: User user, State: EntityState.Modified } && ChangesWhoTheyAre(entry))
                user.SecurityStamp = Guid.NewGuid().ToString("N");

            if (entry.Entity is IVersioned row && entry.State != EntityState.Deleted)
                Stamp(row, isNew: entry.State == EntityState.Added);

            if (SealsBeforeCommit)
                AuditOf(entry);

            if (TopicOf(entry.Entity) is var topic and not Topics.None)
                saving.Add((topic, entry.Entity, entry.State switch
                {
                    EntityState.Added => ChangeKind.Added,
                    EntityState.Deleted => ChangeKind.Deleted,
                    _ when entry.Entity is IRecyclable recyclable && entry.Property(nameof(IRecyclable.DeletedAt)).IsModified => recyclable.DeletedAt is null ? ChangeKind.Added : ChangeKind.Deleted,
                    _ => ChangeKind.Modified,
                }));
        }
        return saving;
    }

    /// <summary>A new password, role or second factor, or a deactivation, ends the person's sessions, whoever made the change and by which way. Who is only invited has none: their link stays good.</summary>
    private static bool ChangesWhoTheyAre(EntityEntry user) => user.Entity is User { InvitedAt: null } && !user.Property(nameof(User.SecurityStamp)).IsModified
        && new[] { nameof(User.PasswordHash), nameof(User.Role), nameof(User.TwoFactorEnabled), nameof(User.DeactivatedAt) }.Any(p => user.Property(p).IsModified);

    internal void Stamp(IVersioned row, bool isNew)
    {
        row.Version++;
        // A row that arrives with a history brings its own time.
        if (!isNew || row.UpdatedAt == default)
            row.UpdatedAt = Now;
        if (row is IEditable { LastActivityAt: var last } record && last == default)
            record.LastActivityAt = Now;
    }

    internal static Topics TopicOf(object entity) => entity switch
    {
        Lead => Topics.Leads,
        Client => Topics.Clients,
        Deal => Topics.Deals,
        Activity => Topics.Activities,
        AnalyticsEvent => Topics.Events,
        SecurityLog => Topics.Security,
        User or Team or Security.RoleRights => Topics.Users,
        OutgoingMail => Topics.Mail,
        QuarantinedEnquiry => Topics.Quarantine,
        TaskItem => Topics.Tasks,
        Notification => Topics.Notifications,
        Attachment => Topics.Files,
        SavedView or DefaultView => Topics.Views,
        StoredSetting => Topics.Settings,
        Session => Topics.Sessions,
        SecondFactor or RecoveryCode => Topics.Users,
        _ => Topics.None,
    };

    private static int IdOf(object entity) => entity switch
    {
        IVersioned v => v.Id,
        Activity a => a.Id,
        AnalyticsEvent e => e.Id,
        SecurityLog l => l.Id,
        User u => u.Id,
        OutgoingMail m => m.Id,
        QuarantinedEnquiry q => q.Id,
        Notification n => n.Id,
        Attachment f => f.Id,
        Session s => s.Id,
        _ => 0,
    };
}
