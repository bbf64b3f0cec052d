using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Users;

/// <summary>How someone proved who they are.</summary>
public enum SignInMethod
{
    Password,

    /// <summary>A password and a code of the authenticator app, or a recovery code.</summary>
    SecondFactor,
    Passkey,
}

public enum SessionEnd
{
    SignedOut,

    /// <summary>By the person from another place, or by an admin.</summary>
    Ended,

    /// <summary>The same browser signed in anew.</summary>
    Replaced,
}

/// <summary>
/// One sign-in of one browser. The browser's cookie carries a key that only it knows; here lies its hash. A session lives until it is ended,
/// the person's security stamp changes (password, role, second factor, deactivation), or it was idle or open for too long.
/// </summary>
public sealed class Session
{
    public int Id { get; init; }

    /// <summary>SHA-256 of the key, base64.</summary>
    public required string KeyHash { get; init; }

    public int UserId { get; init; }
    public User? User { get; init; }

    /// <summary>The person's security stamp this session knows of; with another it is over.</summary>
    public required string Stamp { get; set; }

    public SignInMethod Method { get; init; }
    public string? IpAddress { get; init; }
    public string? UserAgent { get; init; }

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; init; }

    /// <summary>UTC; written at most once a minute.</summary>
    public DateTime LastSeenAt { get; private set; }

    /// <summary>UTC.</summary>
    public DateTime? EndedAt { get; private set; }

    public SessionEnd? EndedBecause { get; private set; }

    /// <summary>Of two instances the one that saw it later is right.</summary>
    public void SeenAt(DateTime at) => LastSeenAt = at > LastSeenAt ? at : LastSeenAt;

    /// <summary>For good. The first reason stays.</summary>
    public void End(SessionEnd because, DateTime at)
    {
        if (EndedAt is null)
            (EndedAt, EndedBecause) = (at, because);
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session)
    {
        session.ToTable("sessions", t =>
        {
            t.HasCheckConstraint("ck_sessions_method", Columns.OneOf<SignInMethod>("method"));
            t.HasCheckConstraint("ck_sessions_ended_because", Columns.OneOf<SessionEnd>("ended_because"));
        });
        session.Property(s => s.KeyHash).HasMaxLength(64);
        session.Property(s => s.Stamp).HasMaxLength(64);
        session.Property(s => s.IpAddress).HasMaxLength(64);
        session.Property(s => s.UserAgent).HasMaxLength(500);
        session.HasCreatedAt(s => s.CreatedAt);
        session.HasIndex(s => s.KeyHash).IsUnique();
        session.HasIndex(s => new { s.UserId, s.EndedAt });
        session.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
