using KpsCrm.Data.Leads;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Clients;

public enum ClientStatus
{
    Active,
    Inactive,
}

/// <summary>A customer who pays (table <c>clients</c> of the compatibility contract).</summary>
public sealed class Client : IEditable
{
    public int Id { get; init; }
    public int? LeadId { get; set; }
    public Lead? Lead { get; set; }
    public required string Name { get; set; }
    public required string Email { get; set; }
    public string? Phone { get; set; }
    public string? Company { get; set; }
    public ClientStatus Status { get; set; }

    /// <summary>Cents of business brought from elsewhere: before this system, or outside its deals.</summary>
    public long ElsewhereCents { get; set; }

    /// <summary>Lifetime value in cents: <see cref="ElsewhereCents"/> plus the won deals. Kept by <see cref="CrmDbContext"/> in the save that changes either.</summary>
    public long TotalValueCents { get; internal set; }

    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public string? Notes { get; set; }

    /// <summary>UTC.</summary>
    public DateTime JoinedAt { get; init; }

    public DateTime UpdatedAt { get; set; }
    public DateTime LastActivityAt { get; set; }
    public int Version { get; set; }
    public DateTime? DeletedAt { get; set; }
    public int? DeletedById { get; set; }
    public bool IsSample { get; init; }
}

internal sealed class ClientConfiguration : IEntityTypeConfiguration<Client>
{
    public void Configure(EntityTypeBuilder<Client> client)
    {
        client.ToTable(t =>
        {
            t.HasCheckConstraint("ck_clients_status", Columns.OneOf<ClientStatus>("status"));
            t.HasCheckConstraint("ck_clients_name", "length(name) > 0");
        });
        client.Property(c => c.Name).HasMaxLength(Lead.NameMaxLength);
        client.Property(c => c.Email).HasMaxLength(Lead.EmailMaxLength);
        client.Property(c => c.Phone).HasMaxLength(Lead.ShortTextMaxLength);
        client.Property(c => c.Company).HasMaxLength(Lead.ShortTextMaxLength);
        client.Property(c => c.Status).HasDefaultValue(ClientStatus.Active).ValueGeneratedNever();
        client.Property(c => c.ElsewhereCents).HasDefaultValue(0L).ValueGeneratedNever();
        client.Property(c => c.TotalValueCents).HasDefaultValue(0L).ValueGeneratedNever();
        client.HasEditableColumns();
        client.HasCreatedAt(c => c.JoinedAt);
        client.HasDollars("total_value", "total_value_cents");

        client.HasOne(c => c.Lead).WithMany().HasForeignKey(c => c.LeadId).OnDelete(DeleteBehavior.SetNull);
        client.HasOne(c => c.Owner).WithMany().HasForeignKey(c => c.OwnerId).OnDelete(DeleteBehavior.SetNull);
        client.HasIndex(c => new { c.Status, c.JoinedAt, c.DeletedAt, c.OwnerId }).HasFilter(ColumnSets.InUse);
        client.HasIndex(c => c.Email);
    }
}
