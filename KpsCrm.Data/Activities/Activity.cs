using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Activities;

public enum ActivityKind
{
    Created,
    Enquiry,
    Moved,
    Edited,
    Converted,
    Mail,
    Note,
    Call,
    Task,
    File,
    Deleted,
    Restored,
}

/// <summary>Who did what to which record, and when. Append-only: rows are added with the change they describe and never touched again.</summary>
public sealed class Activity
{
    public int Id { get; init; }
    public ActivityKind Kind { get; init; }
    public int? LeadId { get; init; }
    public Lead? Lead { get; init; }
    public int? ClientId { get; init; }
    public Client? Client { get; init; }
    public int? DealId { get; init; }
    public Deal? Deal { get; init; }

    /// <summary>Null for a visitor and for the program itself.</summary>
    public int? ActorId { get; init; }

    /// <summary>Kept as text, so that the history still reads well when the person is gone.</summary>
    public required string ActorName { get; init; }

    /// <summary>One plain sentence without the actor: "moved the deal from Proposal to Review".</summary>
    public required string Summary { get; init; }

    /// <summary>For moves: the stage left and the stage reached, as the words of the status column.</summary>
    public string? FromStage { get; init; }
    public string? ToStage { get; init; }

    /// <summary>JSON; for an enquiry everything the visitor sent.</summary>
    public string? Detail { get; init; }

    /// <summary>The note or call that this one corrects: shown in its place, while what was written first stays in the table.</summary>
    public int? ReplacesId { get; init; }

    /// <summary>A key chosen by the sender: the same request, sent twice, is recorded (and so done) once.</summary>
    public string? RequestId { get; init; }

    /// <summary>UTC.</summary>
    public DateTime At { get; init; }

    public bool IsSample { get; init; }

    internal static Activity Moved(Deal deal, DealStage from, Actor by, DateTime at) => new()
    {
        Kind = ActivityKind.Moved,
        Deal = deal,
        ClientId = deal.ClientId,
        Client = deal.Client,
        ActorId = by.UserId,
        ActorName = by.Name,
        FromStage = Columns.Word(from),
        ToStage = Columns.Word(deal.Stage),
        Summary = deal.Stage switch
        {
            DealStage.ClosedWon => "won the deal",
            DealStage.ClosedLost => $"lost the deal: {deal.LostReason}",
            _ when from is DealStage.ClosedWon or DealStage.ClosedLost => $"reopened the deal in {deal.Stage}",
            _ => $"moved the deal from {from} to {deal.Stage}",
        },
        At = at,
        IsSample = deal.IsSample,
    };

    /// <summary>What the timeline says of a task: planned, changed, finished, reopened.</summary>
    /// <param name="detail">JSON: what was changed, as for an edit of the record.</param>
    public static Activity OfTask(TaskItem task, string summary, Actor by, DateTime at, string? detail = null) => new()
    {
        Kind = ActivityKind.Task,
        LeadId = task.LeadId,
        Lead = task.Lead,
        ClientId = task.ClientId ?? task.Deal?.ClientId,
        Client = task.Client,
        DealId = task.DealId,
        Deal = task.Deal,
        ActorId = by.UserId,
        ActorName = by.Name,
        Summary = summary,
        Detail = detail,
        At = at,
        IsSample = task.IsSample,
    };

    internal static Activity Moved(Lead lead, LeadStatus from, Actor by, DateTime at) => new()
    {
        Kind = ActivityKind.Moved,
        Lead = lead,
        ActorId = by.UserId,
        ActorName = by.Name,
        FromStage = Columns.Word(from),
        ToStage = Columns.Word(lead.Status),
        Summary = lead.Status == LeadStatus.Lost ? $"lost the lead: {lead.LostReason}" : $"moved the lead from {from} to {lead.Status}",
        At = at,
        IsSample = lead.IsSample,
    };
}

internal sealed class ActivityConfiguration : IEntityTypeConfiguration<Activity>
{
    public void Configure(EntityTypeBuilder<Activity> activity)
    {
        activity.ToTable(t => t.HasCheckConstraint("ck_activities_kind", Columns.OneOf<ActivityKind>("kind")));
        activity.Property(a => a.IsSample).HasDefaultValue(false).ValueGeneratedNever();
        activity.Property(a => a.RequestId).HasMaxLength(100);
        activity.HasCreatedAt(a => a.At);
        activity.HasOne(a => a.Lead).WithMany().HasForeignKey(a => a.LeadId).OnDelete(DeleteBehavior.Cascade);
        activity.HasOne(a => a.Client).WithMany().HasForeignKey(a => a.ClientId).OnDelete(DeleteBehavior.Cascade);
        activity.HasOne(a => a.Deal).WithMany().HasForeignKey(a => a.DealId).OnDelete(DeleteBehavior.Cascade);
        activity.HasOne<Activity>().WithMany().HasForeignKey(a => a.ReplacesId).OnDelete(DeleteBehavior.Cascade);
        activity.HasIndex(a => a.RequestId).IsUnique().HasFilter("request_id IS NOT NULL");
        // A record's timeline in its own order. An activity belongs to one or two of the three: no use in indexing the rest.
        activity.HasIndex(a => new { a.LeadId, a.At }).HasFilter("lead_id IS NOT NULL");
        activity.HasIndex(a => new { a.ClientId, a.At }).HasFilter("client_id IS NOT NULL");
        activity.HasIndex(a => new { a.DealId, a.At }).HasFilter("deal_id IS NOT NULL");
        activity.HasIndex(a => a.ReplacesId).HasFilter("replaces_id IS NOT NULL");
        activity.HasIndex(a => a.At);
    }
}
