using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Security;

/// <summary>One line of the security trail (table <c>security_logs</c> of the compatibility contract). Append-only.</summary>
public sealed class SecurityLog
{
    public int Id { get; init; }

    /// <summary>For example <c>login_success</c>, <c>login_failure</c>, <c>lockout</c>, <c>logout</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>A user id or the address that was tried, as text.</summary>
    public string? UserId { get; init; }

    public string? IpAddress { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>JSON text; rows of the older system may hold text that isn't.</summary>
    public string? Details { get; init; }

    /// <summary><c>info</c>, <c>warning</c> or <c>critical</c>.</summary>
    public string Severity { get; init; } = "info";

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; init; }
}

internal sealed class SecurityLogConfiguration : IEntityTypeConfiguration<SecurityLog>
{
    public void Configure(EntityTypeBuilder<SecurityLog> log)
    {
        log.Property(l => l.EventType).HasMaxLength(100);
        log.Property(l => l.Severity).HasDefaultValue("info").ValueGeneratedNever();
        log.Property(l => l.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
        log.HasIndex(l => l.CreatedAt);
        log.HasIndex(l => new { l.EventType, l.CreatedAt });
    }
}
