using System.Linq.Expressions;
using KpsCrm.Data.Ordering;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data;

/// <summary>A record that people edit. <see cref="CrmDbContext"/> raises the version and the time at each save; a save based on an older version fails.</summary>
public interface IEditable
{
    int Id { get; }

    /// <summary>Concurrency token: 1 when created, one more with each save.</summary>
    int Version { get; set; }

    /// <summary>UTC.</summary>
    DateTime UpdatedAt { get; set; }

    /// <summary>UTC; when something last happened to the record, edits aside.</summary>
    DateTime LastActivityAt { get; set; }
}

/// <summary>A rule of the business refused this. The message is one plain sentence, fit to be shown.</summary>
public sealed class RuleException(string message) : Exception(message);

internal static class ColumnSets
{
    public static void HasEditableColumns<T>(this EntityTypeBuilder<T> row) where T : class, IEditable
    {
        row.Property(r => r.Version).IsConcurrencyToken().HasDefaultValue(1).ValueGeneratedNever();
        row.Property(r => r.UpdatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
        row.Property(r => r.LastActivityAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
        row.Property<bool>("IsSample").HasDefaultValue(false).ValueGeneratedNever();
    }

    public static void HasCreatedAt<T>(this EntityTypeBuilder<T> row, Expression<Func<T, DateTime>> column) where T : class =>
        row.Property(column).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();

    public static void HasRank<T>(this EntityTypeBuilder<T> row) where T : class, IRanked =>
        row.Property(r => r.Rank).HasMaxLength(200).HasDefaultValue(Rank.Middle).ValueGeneratedNever();

    /// <summary>A read-only column in dollars under the documented name, so that the documented queries still work.</summary>
    public static void HasDollars<T>(this EntityTypeBuilder<T> row, string column, string centsColumn) where T : class =>
        row.Property<decimal?>(column).HasColumnName(column).HasAnnotation(DollarsOf, centsColumn);

    /// <summary>Names the column in cents; <see cref="CrmDbContext"/> turns it into the provider's generated column.</summary>
    public const string DollarsOf = "Kps:DollarsOf";
}
