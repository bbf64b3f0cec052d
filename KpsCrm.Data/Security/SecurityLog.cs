using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Security;

/// <summary>
/// One line of the audit trail (table <c>security_logs</c> of the compatibility contract). Append-only. <see cref="CrmDbContext"/> gives each
/// its number and hash as the last act before the commit; rows of the older system, and rows written by hand, have neither.
/// </summary>
public sealed class SecurityLog
{
    public const int EventTypeMaxLength = 100, SubjectMaxLength = 300, TextMaxLength = 500, DetailsMaxLength = 4_000;

    public int Id { get; set; }

    /// <summary>One of <see cref="SecurityEvents"/>.</summary>
    public required string EventType { get; set; }

    /// <summary>The user's id, as text.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's name at that moment.</summary>
    public string? UserName { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>What it was about: <c>leads/12</c>, <c>account/anna@kps.example</c>, <c>users/3</c>.</summary>
    public string? Subject { get; set; }

    /// <summary>JSON text; rows of the older system may hold text that isn't.</summary>
    public string? Details { get; set; }

    /// <summary>One of <see cref="SecuritySeverity"/>.</summary>
    public string Severity { get; set; } = SecuritySeverity.Info;

    /// <summary>UTC, in whole milliseconds.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>The row's place in the chain, from 1 and without gaps.</summary>
    public long? Seq { get; set; }

    /// <summary>SHA-256 over the row and the one before it, as <see cref="AuditChain"/> writes them; hexadecimal.</summary>
    public string? Hash { get; set; }
}

public static class SecuritySeverity
{
    public const string Info = "info", Warning = "warning", Critical = "critical";

    public static IReadOnlyList<string> All { get; } = [Critical, Warning, Info];
}

/// <summary>The chain's start and its end: one row. Whoever appends a row to the trail holds it until the commit, so that there is one order.</summary>
internal sealed class SecurityChain
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    /// <summary>UTC.</summary>
    public DateTime StartedAt { get; init; }

    /// <summary>How many rows without a hash were there at the start, the last of them, and a hash over them all.</summary>
    public int OldRows { get; init; }

    /// <inheritdoc cref="OldRows"/>
    public int OldUpTo { get; init; }

    /// <inheritdoc cref="OldRows"/>
    public required string OldHash { get; init; }

    /// <summary>Random, so that no two chains begin alike.</summary>
    public required string Nonce { get; init; }

    /// <summary>The hash over all of the above: the chain's name, and what its first row stands on.</summary>
    public required string Genesis { get; init; }

    /// <summary>The last row's.</summary>
    public long Seq { get; set; }

    /// <inheritdoc cref="Seq"/>
    public required string Hash { get; set; }
}

internal sealed class SecurityLogConfiguration : IEntityTypeConfiguration<SecurityLog>
{
    public void Configure(EntityTypeBuilder<SecurityLog> log)
    {
        log.Property(l => l.EventType).HasMaxLength(SecurityLog.EventTypeMaxLength);
        log.Property(l => l.Subject).HasMaxLength(SecurityLog.SubjectMaxLength);
        log.Property(l => l.Hash).HasMaxLength(64);
        log.Property(l => l.Severity).HasDefaultValue(SecuritySeverity.Info).ValueGeneratedNever();
        log.Property(l => l.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
        log.HasIndex(l => l.CreatedAt);
        log.HasIndex(l => new { l.EventType, l.CreatedAt });
        log.HasIndex(l => new { l.UserId, l.CreatedAt }).HasFilter("user_id IS NOT NULL");
        log.HasIndex(l => new { l.IpAddress, l.CreatedAt }).HasFilter("ip_address IS NOT NULL");
        log.HasIndex(l => new { l.Subject, l.CreatedAt }).HasFilter("subject IS NOT NULL");
        log.HasIndex(l => new { l.Severity, l.CreatedAt }).HasFilter("severity <> 'info'");
        log.HasIndex(l => l.Seq).IsUnique().HasFilter("seq IS NOT NULL");
    }
}

internal sealed class SecurityChainConfiguration : IEntityTypeConfiguration<SecurityChain>
{
    public void Configure(EntityTypeBuilder<SecurityChain> chain)
    {
        chain.ToTable("security_chain", t => t.HasCheckConstraint("ck_security_chain_one", $"id = {SecurityChain.OnlyId}"));
        chain.Property(c => c.Id).ValueGeneratedNever();
    }
}
