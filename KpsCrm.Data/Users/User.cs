using KpsCrm.Data.Notifications;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Users;

/// <summary>Someone who can sign in. The e-mail address is also the user name.</summary>
public sealed class User : IdentityUser<int>
{
    public const int NameMaxLength = 120;

    /// <summary>The name colleagues see on cards, moves and timelines.</summary>
    public required string Name { get; set; }

    /// <summary>Exactly one role; roles include each other, so a set would say nothing more.</summary>
    public Role Role { get; set; }

    public int? TeamId { get; set; }
    public Team? Team { get; set; }

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>For what this person's bell stays silent.</summary>
    public NotificationKind BellOff { get; set; }

    /// <summary>What this person is told by mail as well.</summary>
    public NotificationKind MailOn { get; set; }

    /// <summary>UTC; null for those who may sign in. Whoever sets it also gives a new security stamp.</summary>
    public DateTime? DeactivatedAt { get; set; }

    /// <summary>UTC; when the invitation that still waits for its answer last went out. Null for those who have taken theirs.</summary>
    public DateTime? InvitedAt { get; set; }

    /// <summary>Who invited them, as text: it still reads well when that person is gone.</summary>
    public string? InvitedBy { get; set; }

    /// <summary>Neither invited only nor deactivated: may own things and be told things.</summary>
    public bool IsActive => DeactivatedAt is null && InvitedAt is null;

    /// <summary>One of the demo accounts that come with the sample data.</summary>
    public bool IsSample { get; set; }
}

public static class PeopleRows
{
    /// <inheritdoc cref="User.IsActive"/>
    public static IQueryable<User> Active(this IQueryable<User> people) => people.Where(u => u.DeactivatedAt == null && u.InvitedAt == null);
}

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users", t => t.HasCheckConstraint("ck_users_role", Columns.OneOf<Role>("role")));
        user.Property(u => u.Name).HasMaxLength(User.NameMaxLength);
        user.Property(u => u.InvitedBy).HasMaxLength(User.NameMaxLength);
        user.Property(u => u.BellOff).HasConversion<int>().HasDefaultValue(NotificationKind.None).ValueGeneratedNever();
        user.Property(u => u.MailOn).HasConversion<int>().HasDefaultValue(NotificationKind.None).ValueGeneratedNever();
        user.Property(u => u.IsSample).HasDefaultValue(false).ValueGeneratedNever();
        user.HasOne(u => u.Team).WithMany().HasForeignKey(u => u.TeamId).OnDelete(DeleteBehavior.SetNull);
    }
}
