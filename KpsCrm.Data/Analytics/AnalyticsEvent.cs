using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Analytics;

/// <summary>Something a visitor did on the site (table <c>analytics_events</c> of the compatibility contract).</summary>
public sealed class AnalyticsEvent
{
    public int Id { get; init; }
    public required string EventType { get; init; }
    public string? Page { get; init; }
    public string? Action { get; init; }
    public string? Element { get; init; }

    /// <summary>Free text; the lead's id for <c>lead_created</c>.</summary>
    public string? Value { get; init; }

    public string? UserAgent { get; init; }
    public string? IpAddress { get; init; }
    public string? City { get; init; }
    public string? Referrer { get; init; }
    public string? SessionId { get; init; }

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; init; }

    public bool IsSample { get; init; }
}

internal sealed class AnalyticsEventConfiguration : IEntityTypeConfiguration<AnalyticsEvent>
{
    public void Configure(EntityTypeBuilder<AnalyticsEvent> e)
    {
        e.Property(x => x.EventType).HasMaxLength(100);
        e.Property(x => x.IsSample).HasDefaultValue(false).ValueGeneratedNever();
        e.HasCreatedAt(x => x.CreatedAt);
        e.HasIndex(x => new { x.EventType, x.CreatedAt });
    }
}
