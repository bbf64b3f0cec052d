using System.Linq.Expressions;
using KpsCrm.Data.Ordering;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data;

/// <summary>A row that people change. <see cref="CrmDbContext"/> raises the version and the time at each save; a save based on an older version fails.</summary>
public interface IVersioned
{
    int Id { get; }

    /// <summary>Concurrency token: 1 when created, one more with each save.</summary>
    int Version { get; set; }

    /// <summary>UTC.</summary>
    DateTime UpdatedAt { get; set; }
}

/// <summary>A row that can lie in the recycle bin. Every query leaves those out, unless it ignores the filter <see cref="ColumnSets.Bin"/>.</summary>
public interface IRecyclable
{
    /// <summary>UTC; null while the row is in use. Rows deleted together share the moment, and are restored together.</summary>
    DateTime? DeletedAt { get; set; }

    int? DeletedById { get; set; }
}

/// <summary>A row that is somebody's.</summary>
public interface IOwned
{
    /// <summary>Null for nobody's, which is everybody's.</summary>
    int? OwnerId { get; }
}

/// <summary>A lead, client or deal.</summary>
public interface IEditable : IVersioned, IRecyclable, IOwned
{
    /// <summary>UTC; when something last happened to the record, edits aside.</summary>
    DateTime LastActivityAt { get; set; }
}

/// <summary>A rule of the business refused this. The message is one plain sentence, fit to be shown.</summary>
public sealed class RuleException(string message) : Exception(message);

public static class ColumnSets
{
    internal static void HasEditableColumns<T>(this EntityTypeBuilder<T> row) where T : class, IEditable
    {
        row.HasVersion();
        row.HasRecycleBin();
        row.Property(r => r.LastActivityAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
        row.Property<bool>("IsSample").HasDefaultValue(false).ValueGeneratedNever();
    }

    internal static void HasVersion<T>(this EntityTypeBuilder<T> row) where T : class, IVersioned
    {
        row.Property(r => r.Version).IsConcurrencyToken().HasDefaultValue(1).ValueGeneratedNever();
        row.Property(r => r.UpdatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();
    }

    internal static void HasRecycleBin<T>(this EntityTypeBuilder<T> row) where T : class, IRecyclable
    {
        row.HasQueryFilter(Bin, r => r.DeletedAt == null);
        row.HasIndex(r => r.DeletedAt).HasFilter("deleted_at IS NOT NULL");
    }

    /// <summary>The query filter that leaves out what lies in the recycle bin.</summary>
    public const string Bin = "bin";

    /// <summary>Of an index that serves only rows in use.</summary>
    public const string InUse = "deleted_at IS NULL";

    internal static void HasCreatedAt<T>(this EntityTypeBuilder<T> row, Expression<Func<T, DateTime>> column) where T : class =>
        row.Property(column).HasDefaultValueSql("CURRENT_TIMESTAMP").ValueGeneratedNever();

    internal static void HasRank<T>(this EntityTypeBuilder<T> row) where T : class, IRanked =>
        row.Property(r => r.Rank).HasMaxLength(200).HasDefaultValue(Rank.Middle).ValueGeneratedNever();

    /// <summary>A read-only column in dollars under the documented name, so that the documented queries still work.</summary>
    internal static void HasDollars<T>(this EntityTypeBuilder<T> row, string column, string centsColumn) where T : class =>
        row.Property<decimal?>(column).HasColumnName(column).HasAnnotation(DollarsOf, centsColumn);

    /// <summary>Names the column in cents; <see cref="CrmDbContext"/> turns it into the provider's generated column.</summary>
    public const string DollarsOf = "Kps:DollarsOf";
}
