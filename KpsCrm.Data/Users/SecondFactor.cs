using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Users;

/// <summary>A person's authenticator app. While it isn't confirmed by a first code, signing in doesn't ask for it.</summary>
public sealed class SecondFactor
{
    public int UserId { get; init; }
    public User? User { get; init; }

    /// <summary>The shared key, encrypted with the program's keys: a copy of the database alone makes no codes.</summary>
    public required string ProtectedKey { get; set; }

    /// <summary>UTC.</summary>
    public DateTime? ConfirmedAt { get; set; }

    /// <summary>The half minute of the last code that was taken; no code of it or before it is taken again.</summary>
    public long LastStep { get; set; }
}

/// <summary>Lets a person in once when the app is lost.</summary>
public sealed class RecoveryCode
{
    public int Id { get; init; }
    public int UserId { get; init; }
    public User? User { get; init; }

    /// <summary>SHA-256 of the code with the person's id, base64. A code has 120 random bits, so no slow hash is needed; older ones have 80.</summary>
    public required string Hash { get; init; }

    /// <summary>UTC.</summary>
    public DateTime? UsedAt { get; set; }
}

internal sealed class SecondFactorConfiguration : IEntityTypeConfiguration<SecondFactor>, IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<SecondFactor> factor)
    {
        factor.ToTable("second_factors");
        factor.HasKey(f => f.UserId);
        factor.Property(f => f.UserId).ValueGeneratedNever();
        factor.Property(f => f.ProtectedKey).HasMaxLength(1000);
        // Of two who show the same code at the same moment, one finds it used.
        factor.Property(f => f.LastStep).IsConcurrencyToken();
        factor.HasOne(f => f.User).WithMany().HasForeignKey(f => f.UserId).HasConstraintName("fk_second_factors_users_user_id").OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes");
        code.Property(c => c.Hash).HasMaxLength(64);
        code.Property(c => c.UsedAt).IsConcurrencyToken();
        code.HasIndex(c => new { c.UserId, c.Hash }).IsUnique();
        code.HasOne(c => c.User).WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
