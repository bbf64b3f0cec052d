using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Tasks;

public enum TaskKind
{
    ToDo,
    Call,
    Mail,
    Meeting,
}

/// <summary>Something a person means to do, by a day. The earliest open one of a lead, client or deal is its next step.</summary>
public sealed class TaskItem : IVersioned, IRecyclable, IOwned
{
    public const int TitleMaxLength = 200;
    public const int NoteMaxLength = 2_000;

    public int Id { get; init; }
    public TaskKind Kind { get; set; }
    public required string Title { get; set; }
    public string? Note { get; set; }

    /// <summary>A day of the company's calendar, never shifted by a time zone.</summary>
    public DateOnly DueOn { get; set; }

    /// <summary>A time of the company's clock; null for "some time that day".</summary>
    public TimeOnly? DueAt { get; set; }

    public int? OwnerId { get; set; }
    public User? Owner { get; set; }

    /// <summary>What it is about: one of the three, or nothing.</summary>
    public int? LeadId { get; set; }
    public Lead? Lead { get; set; }
    public int? ClientId { get; set; }
    public Client? Client { get; set; }
    public int? DealId { get; set; }
    public Deal? Deal { get; set; }

    /// <summary>UTC; when the bell rings for it. Null for no reminder.</summary>
    public DateTime? RemindAt { get; set; }

    public bool RemindByMail { get; set; }

    /// <summary>UTC; when the bell rang, so that it rings once.</summary>
    public DateTime? RemindedAt { get; set; }

    /// <summary>UTC; null while it is open.</summary>
    public DateTime? DoneAt { get; private set; }

    public int? DoneById { get; private set; }
    public int? CreatedById { get; init; }

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; set; }
    public int Version { get; set; }
    public DateTime? DeletedAt { get; set; }
    public int? DeletedById { get; set; }
    public bool IsSample { get; init; }

    /// <summary>Finishes the task.</summary>
    /// <returns>What the timeline of its record says.</returns>
    /// <exception cref="RuleException">It is done already.</exception>
    public Activity Finish(Actor by, DateTime at)
    {
        if (DoneAt is not null)
            throw new RuleException("This task is done already.");

        (DoneAt, DoneById) = (at, by.UserId);
        return Activity.OfTask(this, $"finished: {Title}", by, at);
    }

    /// <summary>Takes <see cref="Finish"/> back.</summary>
    /// <exception cref="RuleException">It is open.</exception>
    public Activity Reopen(Actor by, DateTime at)
    {
        if (DoneAt is null)
            throw new RuleException("This task is open already.");

        (DoneAt, DoneById) = (null, null);
        return Activity.OfTask(this, $"reopened: {Title}", by, at);
    }

    /// <summary>For rows that arrive with a history: sample data, import.</summary>
    internal TaskItem DoneOn(DateTime at, int? by)
    {
        (DoneAt, DoneById) = (at, by);
        return this;
    }
}

internal sealed class TaskItemConfiguration : IEntityTypeConfiguration<TaskItem>
{
    public void Configure(EntityTypeBuilder<TaskItem> task)
    {
        task.ToTable("tasks", t =>
        {
            t.HasCheckConstraint("ck_tasks_kind", Columns.OneOf<TaskKind>("kind"));
            t.HasCheckConstraint("ck_tasks_title", "length(title) > 0");
        });
        task.Property(t => t.Title).HasMaxLength(TaskItem.TitleMaxLength);
        task.Property(t => t.Note).HasMaxLength(TaskItem.NoteMaxLength);
        task.Property(t => t.Kind).HasDefaultValue(TaskKind.ToDo).ValueGeneratedNever();
        task.HasVersion();
        task.HasCreatedAt(t => t.CreatedAt);
        task.HasRecycleBin();

        task.HasOne(t => t.Owner).WithMany().HasForeignKey(t => t.OwnerId).OnDelete(DeleteBehavior.SetNull);
        task.HasOne(t => t.Lead).WithMany().HasForeignKey(t => t.LeadId).OnDelete(DeleteBehavior.Cascade);
        task.HasOne(t => t.Client).WithMany().HasForeignKey(t => t.ClientId).OnDelete(DeleteBehavior.Cascade);
        task.HasOne(t => t.Deal).WithMany().HasForeignKey(t => t.DealId).OnDelete(DeleteBehavior.Cascade);

        // The next step of a record, and a person's open tasks by day.
        task.HasIndex(t => new { t.LeadId, t.DueOn }).HasFilter("lead_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL");
        task.HasIndex(t => new { t.ClientId, t.DueOn }).HasFilter("client_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL");
        task.HasIndex(t => new { t.DealId, t.DueOn }).HasFilter("deal_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL");
        task.HasIndex(t => new { t.OwnerId, t.DueOn }).HasFilter("done_at IS NULL AND deleted_at IS NULL");
        task.HasIndex(t => t.DueOn).HasFilter("done_at IS NULL AND deleted_at IS NULL");
        task.HasIndex(t => t.RemindAt).HasFilter("remind_at IS NOT NULL AND reminded_at IS NULL AND done_at IS NULL AND deleted_at IS NULL");
        task.HasIndex(t => t.DoneAt).HasFilter("done_at IS NOT NULL");
    }
}
