using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Notifications;

/// <summary>Why a bell rings. Flags, so that a person's choices are one value.</summary>
[Flags]
public enum NotificationKind
{
    None = 0,
    Assigned = 1,
    Mentioned = 2,
    Reminder = 4,
    Waiting = 8,

    /// <summary>For admins: something in the audit trail looks like an attack.</summary>
    Suspicious = 16,

    /// <summary>For admins: a backup failed, or none was made for too long, or the disk runs full.</summary>
    Backup = 32,

    /// <summary>One's own password, second factor or address was changed, or somebody guesses at it.</summary>
    Account = 64,
}

/// <summary>One line behind one person's bell.</summary>
public sealed class Notification
{
    public const int TextMaxLength = 300;

    public int Id { get; init; }
    public int UserId { get; init; }
    public User? User { get; init; }
    public NotificationKind Kind { get; init; }

    /// <summary>One plain sentence: "Ben mentioned you on Payroll for Acme".</summary>
    public required string Text { get; init; }

    /// <summary>The record it opens.</summary>
    public int? LeadId { get; init; }
    public Lead? Lead { get; init; }
    public int? ClientId { get; init; }
    public Client? Client { get; init; }
    public int? DealId { get; init; }
    public Deal? Deal { get; init; }
    public int? TaskId { get; init; }
    public TaskItem? Task { get; init; }

    /// <summary>What it is about, so that the same thing rings one bell once, whichever instance notices it first.</summary>
    public string? Key { get; init; }

    /// <summary>UTC.</summary>
    public DateTime At { get; init; }

    /// <summary>UTC; null while unread.</summary>
    public DateTime? ReadAt { get; set; }
}

internal sealed class NotificationConfiguration : IEntityTypeConfiguration<Notification>
{
    public void Configure(EntityTypeBuilder<Notification> notification)
    {
        notification.ToTable("notifications", t => t.HasCheckConstraint("ck_notifications_kind", Columns.OneOf<NotificationKind>("kind")));
        notification.Property(n => n.Text).HasMaxLength(Notification.TextMaxLength);
        notification.Property(n => n.Key).HasMaxLength(100);
        notification.HasCreatedAt(n => n.At);
        notification.HasOne(n => n.User).WithMany().HasForeignKey(n => n.UserId).OnDelete(DeleteBehavior.Cascade);
        notification.HasOne(n => n.Lead).WithMany().HasForeignKey(n => n.LeadId).OnDelete(DeleteBehavior.Cascade);
        notification.HasOne(n => n.Client).WithMany().HasForeignKey(n => n.ClientId).OnDelete(DeleteBehavior.Cascade);
        notification.HasOne(n => n.Deal).WithMany().HasForeignKey(n => n.DealId).OnDelete(DeleteBehavior.Cascade);
        notification.HasOne(n => n.Task).WithMany().HasForeignKey(n => n.TaskId).OnDelete(DeleteBehavior.Cascade);
        notification.HasIndex(n => new { n.UserId, n.At });
        notification.HasIndex(n => n.UserId).HasDatabaseName("ix_notifications_unread").HasFilter("read_at IS NULL");
        notification.HasIndex(n => new { n.UserId, n.Key }).IsUnique().HasFilter("key IS NOT NULL");
        foreach (var (index, column) in new[] { (notification.HasIndex(n => n.LeadId), "lead_id"), (notification.HasIndex(n => n.ClientId), "client_id"), (notification.HasIndex(n => n.DealId), "deal_id"), (notification.HasIndex(n => n.TaskId), "task_id") })
            index.HasFilter($"{column} IS NOT NULL");
    }
}
