using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Views;

/// <summary>A list with its filters, order and columns, under a name. The list's address says everything, so a view is a name for one.</summary>
public sealed class SavedView : IVersioned
{
    public const int NameMaxLength = 80;
    public const int QueryMaxLength = 2_000;

    public int Id { get; init; }

    /// <summary>The list's page: <c>leads</c>, <c>clients</c>, <c>deals</c>, <c>tasks</c>.</summary>
    public required string List { get; init; }

    public required string Name { get; set; }

    /// <summary>The query string, without the question mark.</summary>
    public required string Query { get; set; }

    public int OwnerId { get; init; }
    public User? Owner { get; init; }

    /// <summary>Everybody may use it; only its owner, or an admin, may change it.</summary>
    public bool IsShared { get; set; }

    /// <summary>UTC.</summary>
    public DateTime UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>The view a person's list opens with.</summary>
public sealed class DefaultView
{
    public int UserId { get; init; }
    public User? User { get; init; }

    /// <inheritdoc cref="SavedView.List"/>
    public required string List { get; init; }

    public int SavedViewId { get; set; }
    public SavedView? SavedView { get; init; }
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> view)
    {
        view.ToTable("saved_views", t => t.HasCheckConstraint("ck_saved_views_name", "length(name) > 0"));
        view.Property(v => v.List).HasMaxLength(20);
        view.Property(v => v.Name).HasMaxLength(SavedView.NameMaxLength);
        view.Property(v => v.Query).HasMaxLength(SavedView.QueryMaxLength);
        view.HasVersion();
        view.HasOne(v => v.Owner).WithMany().HasForeignKey(v => v.OwnerId).OnDelete(DeleteBehavior.Cascade);
        view.HasIndex(v => new { v.OwnerId, v.List, v.Name }).IsUnique();
    }
}

internal sealed class DefaultViewConfiguration : IEntityTypeConfiguration<DefaultView>
{
    public void Configure(EntityTypeBuilder<DefaultView> view)
    {
        view.ToTable("default_views");
        view.HasKey(v => new { v.UserId, v.List });
        view.Property(v => v.List).HasMaxLength(20);
        view.HasOne(v => v.User).WithMany().HasForeignKey(v => v.UserId).OnDelete(DeleteBehavior.Cascade);
        view.HasOne(v => v.SavedView).WithMany().HasForeignKey(v => v.SavedViewId).OnDelete(DeleteBehavior.Cascade);
    }
}
