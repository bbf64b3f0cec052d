using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Leads;

internal sealed class LeadConfiguration : IEntityTypeConfiguration<Lead>
{
    public void Configure(EntityTypeBuilder<Lead> lead)
    {
        lead.ToTable(t =>
        {
            t.HasCheckConstraint("ck_leads_status", Columns.OneOf<LeadStatus>("status"));
            t.HasCheckConstraint("ck_leads_priority", Columns.OneOf<Priority>("priority"));
            t.HasCheckConstraint("ck_leads_value", "value_cents >= 0");
            t.HasCheckConstraint("ck_leads_budget", "budget_cents >= 0");
            t.HasCheckConstraint("ck_leads_name", "length(name) > 0");
        });

        lead.Property(l => l.Name).HasMaxLength(Lead.NameMaxLength);
        lead.Property(l => l.Email).HasMaxLength(Lead.EmailMaxLength);
        foreach (var text in new[] { nameof(Lead.Company), nameof(Lead.Service), nameof(Lead.Timeline), nameof(Lead.BudgetRange), nameof(Lead.City), nameof(Lead.State), nameof(Lead.Country), nameof(Lead.AssignedTo), nameof(Lead.Source), nameof(Lead.Phone) })
            lead.Property(text).HasMaxLength(Lead.ShortTextMaxLength);

        // Defaults let the documented INSERT statements, run by hand in sqlite3 or psql, work as they did.
        lead.Property(l => l.Status).HasDefaultValue(LeadStatus.New).ValueGeneratedNever();
        lead.Property(l => l.Priority).HasDefaultValue(Priority.Medium).ValueGeneratedNever();
        lead.Property(l => l.Source).HasDefaultValue("website").ValueGeneratedNever();
        lead.Property(l => l.Country).HasDefaultValue("US").ValueGeneratedNever();
        lead.Property(l => l.ValueCents).HasDefaultValue(0L).ValueGeneratedNever();
        lead.HasEditableColumns();
        lead.HasRank();
        lead.HasCreatedAt(l => l.CreatedAt);
        lead.HasDollars("value", "value_cents");
        lead.HasDollars("budget", "budget_cents");

        lead.HasOne(l => l.Owner).WithMany().HasForeignKey(l => l.OwnerId).OnDelete(DeleteBehavior.SetNull);
        // The board's columns in their order, and their totals. SQLite reads a filter's column from the table, unless the index has it too; the owner
        // is what a narrow right filters by. One index for both: each is one more that every enquiry has to be entered in.
        lead.HasIndex(l => new { l.Status, l.Rank, l.ValueCents, l.DeletedAt, l.OwnerId }).HasDatabaseName("ix_leads_board").HasFilter(ColumnSets.InUse);
        // Who waits for an answer, longest first. The status stands first so that SQLite, which keeps no figures about the rows, takes it before those of all new leads.
        lead.HasIndex(l => new { l.Status, l.CreatedAt, l.OwnerId }).HasDatabaseName("ix_leads_waiting").HasFilter($"status = 'new' AND answered_at IS NULL AND {ColumnSets.InUse}");
        // Leads and their value per month; leads per source and city in the index's own order, which spares the sorting.
        lead.HasIndex(l => new { l.CreatedAt, l.ValueCents, l.DeletedAt, l.OwnerId }).HasFilter(ColumnSets.InUse);
        lead.HasIndex(l => new { l.Source, l.City, l.CreatedAt, l.DeletedAt, l.OwnerId }).HasFilter(ColumnSets.InUse);
        lead.HasIndex(l => l.Email);
        lead.HasIndex(l => l.OwnerId).HasFilter("owner_id IS NOT NULL");
    }
}
