using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Files;

/// <summary>A file kept with a record. Its bytes lie beside the database, under <see cref="StoredAs"/>.</summary>
public sealed class Attachment : IRecyclable
{
    public const int NameMaxLength = 200;
    public const long MaxBytes = 10 * 1024 * 1024;

    public int Id { get; init; }
    public int? LeadId { get; init; }
    public Lead? Lead { get; init; }
    public int? ClientId { get; init; }
    public Client? Client { get; init; }
    public int? DealId { get; init; }
    public Deal? Deal { get; init; }

    /// <summary>The name the person's file had, without a path.</summary>
    public required string Name { get; init; }

    /// <summary>Found out from the content, not taken from the sender.</summary>
    public required string ContentType { get; init; }

    public long Bytes { get; init; }

    /// <summary>SHA-256 of the content, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The name of the file on disk, chosen by the program.</summary>
    public required string StoredAs { get; init; }

    public int? AddedById { get; init; }
    public required string AddedByName { get; init; }

    /// <summary>UTC.</summary>
    public DateTime AddedAt { get; init; }

    /// <summary>UTC; removed files stay on disk as long as the recycle bin keeps records.</summary>
    public DateTime? DeletedAt { get; set; }

    public int? DeletedById { get; set; }
}

internal sealed class AttachmentConfiguration : IEntityTypeConfiguration<Attachment>
{
    public void Configure(EntityTypeBuilder<Attachment> file)
    {
        file.ToTable("attachments", t => t.HasCheckConstraint("ck_attachments_bytes", "bytes > 0"));
        file.Property(f => f.Name).HasMaxLength(Attachment.NameMaxLength);
        file.Property(f => f.ContentType).HasMaxLength(100);
        file.Property(f => f.Sha256).HasMaxLength(64);
        file.Property(f => f.StoredAs).HasMaxLength(100);
        file.HasCreatedAt(f => f.AddedAt);
        file.HasQueryFilter(ColumnSets.Bin, f => f.DeletedAt == null);
        file.HasOne(f => f.Lead).WithMany().HasForeignKey(f => f.LeadId).OnDelete(DeleteBehavior.Cascade);
        file.HasOne(f => f.Client).WithMany().HasForeignKey(f => f.ClientId).OnDelete(DeleteBehavior.Cascade);
        file.HasOne(f => f.Deal).WithMany().HasForeignKey(f => f.DealId).OnDelete(DeleteBehavior.Cascade);
        file.HasIndex(f => f.LeadId).HasFilter("lead_id IS NOT NULL");
        file.HasIndex(f => f.ClientId).HasFilter("client_id IS NOT NULL");
        file.HasIndex(f => f.DealId).HasFilter("deal_id IS NOT NULL");
        file.HasIndex(f => f.StoredAs).IsUnique();
    }
}
