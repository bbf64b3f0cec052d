using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Providers;

/// <summary>The context on SQLite; a class of its own so that it has migrations of its own.</summary>
public sealed class SqliteCrmDbContext(DbContextOptions<SqliteCrmDbContext> options) : CrmDbContext(options)
{
    protected override void ConfigureDollars(PropertyBuilder dollars, string centsColumn) =>
        dollars.HasColumnType("REAL").HasComputedColumnSql($"{centsColumn} / 100.0", stored: false);

    protected override void ConfigureRank(PropertyBuilder rank) => rank.UseCollation("BINARY");

    internal static DbContextOptionsBuilder<SqliteCrmDbContext> Options() =>
        new DbContextOptionsBuilder<SqliteCrmDbContext>().UseSnakeCaseNamingConvention();

    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteCrmDbContext>
    {
        public SqliteCrmDbContext CreateDbContext(string[] args) => new(Options().UseSqlite().Options);
    }
}
