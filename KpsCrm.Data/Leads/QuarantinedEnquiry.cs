using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Leads;

/// <summary>Something that came through the public door and looks like spam: kept apart, never a lead until a manager releases it.</summary>
public sealed class QuarantinedEnquiry
{
    public int Id { get; init; }

    /// <summary>Why it was held back, in words a manager understands.</summary>
    public required string Reason { get; init; }

    public required string Name { get; init; }
    public required string Email { get; init; }

    /// <summary>Everything that was sent, as JSON, so that a release loses nothing.</summary>
    public required string Payload { get; init; }

    public string? IpAddress { get; init; }
    public string? UserAgent { get; init; }

    /// <summary>The form's idempotency key: a resent request is held once.</summary>
    public string? RequestId { get; init; }

    /// <summary>UTC.</summary>
    public DateTime ReceivedAt { get; init; }

    public QuarantineState State { get; set; }

    /// <summary>The lead it became, once released.</summary>
    public int? LeadId { get; set; }

    public Lead? Lead { get; set; }
    public int? DecidedById { get; set; }

    /// <summary>UTC.</summary>
    public DateTime? DecidedAt { get; set; }
}

public enum QuarantineState
{
    Held,
    Released,
    Dropped,
}

internal sealed class QuarantinedEnquiryConfiguration : IEntityTypeConfiguration<QuarantinedEnquiry>
{
    public void Configure(EntityTypeBuilder<QuarantinedEnquiry> enquiry)
    {
        enquiry.ToTable("quarantined_enquiries", t => t.HasCheckConstraint("ck_quarantined_enquiries_state", Columns.OneOf<QuarantineState>("state")));
        enquiry.HasOne(e => e.Lead).WithMany().HasForeignKey(e => e.LeadId).OnDelete(DeleteBehavior.SetNull);
        enquiry.HasIndex(e => new { e.State, e.ReceivedAt });
        enquiry.HasIndex(e => e.RequestId).IsUnique();
    }
}
