using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Deals;

internal sealed class DealConfiguration : IEntityTypeConfiguration<Deal>
{
    public void Configure(EntityTypeBuilder<Deal> deal)
    {
        deal.ToTable(t =>
        {
            t.HasCheckConstraint("ck_deals_status", Columns.OneOf<DealStage>("status"));
            t.HasCheckConstraint("ck_deals_probability", "probability BETWEEN 0 AND 100");
            t.HasCheckConstraint("ck_deals_amount", "amount_cents >= 0");
            t.HasCheckConstraint("ck_deals_title", "length(title) > 0");
        });
        deal.Property(d => d.Title).HasMaxLength(Deal.TitleMaxLength);
        deal.Property(d => d.LostReason).HasMaxLength(100);
        deal.Property(d => d.LostNote).HasMaxLength(Deal.NoteMaxLength);
        deal.Property(d => d.Stage).HasColumnName("status").HasDefaultValue(DealStage.Proposal).ValueGeneratedNever();
        deal.Property(d => d.Probability).HasDefaultValue(30).ValueGeneratedNever();
        deal.Property(d => d.StageChangedAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
        deal.HasEditableColumns();
        deal.HasRank();
        deal.HasCreatedAt(d => d.CreatedAt);
        deal.HasDollars("amount", "amount_cents");

        deal.HasOne(d => d.Client).WithMany().HasForeignKey(d => d.ClientId).OnDelete(DeleteBehavior.Restrict);
        deal.HasOne(d => d.Lead).WithMany().HasForeignKey(d => d.LeadId).OnDelete(DeleteBehavior.SetNull);
        deal.HasOne(d => d.Owner).WithMany().HasForeignKey(d => d.OwnerId).OnDelete(DeleteBehavior.SetNull);

        // Column order on the board; column totals and the money KPIs without touching the table, for which SQLite needs the filters' columns in the index.
        deal.HasIndex(d => new { d.Stage, d.Rank }).HasFilter(ColumnSets.InUse);
        deal.HasIndex(d => new { d.Stage, d.ActualCloseDate, d.AmountCents, d.Probability, d.DeletedAt, d.OwnerId }).HasDatabaseName("ix_deals_totals").HasFilter(ColumnSets.InUse);
        deal.HasIndex(d => new { d.CreatedAt, d.AmountCents, d.DeletedAt, d.OwnerId }).HasFilter(ColumnSets.InUse);
        deal.HasIndex(d => d.ExpectedCloseDate);
        // Whoever sees a deal sees its lead and its client: asked once for each of theirs.
        deal.HasIndex(d => new { d.LeadId, d.OwnerId, d.DeletedAt });
        deal.HasIndex(d => new { d.ClientId, d.OwnerId, d.DeletedAt });
    }
}
