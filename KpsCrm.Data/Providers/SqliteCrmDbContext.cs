using System.Data.Common;
using KpsCrm.Data.Security;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage;

namespace KpsCrm.Data.Providers;

/// <summary>The context on SQLite; a class of its own so that it has migrations of its own.</summary>
public sealed class SqliteCrmDbContext(DbContextOptions<SqliteCrmDbContext> options) : CrmDbContext(options)
{
    /// <summary>Set by the <see cref="WriteQueue"/>, on whose connection the statements live.</summary>
    internal PreparedStatements? Prepared { get; set; }

    public override async Task InsertAsync(params object[] rows)
    {
        if (Prepared is null)
        {
            await base.InsertAsync(rows);
            return;
        }
        foreach (var row in rows)
        {
            if (row is SecurityLog log)
            {
                Append(log);
                continue;
            }
            if (row is IVersioned versioned)
                Stamp(versioned, isNew: true);
            try
            {
                Prepared.InsertRow(Model, row, Transaction);
            }
            catch (SqliteException e)
            {
                throw new DbUpdateException("The row could not be inserted.", e);
            }
            Inserted(row);
        }
    }

    internal override DbCommand CommandFor(string sql) => Prepared?.For(sql, Transaction) ?? base.CommandFor(sql);

    private SqliteTransaction Transaction => (SqliteTransaction)Database.CurrentTransaction!.GetDbTransaction();

    /// <summary>The write lock is this transaction's already.</summary>
    private protected override async Task<SecurityChain> HoldChainAsync(CancellationToken cancellationToken) =>
        await Set<SecurityChain>().SingleOrDefaultAsync(cancellationToken) ?? await BeginChainAsync(cancellationToken);

    private protected override async Task<IReadOnlyList<int>> TakeLogIdsAsync(int count, CancellationToken cancellationToken)
    {
        var command = CommandFor("SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'security_logs'), 0), coalesce((SELECT max(id) FROM security_logs), 0))");
        var last = Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(last + 1, count)];
    }

    /// <summary>Deferred: the other kind would take the write lock.</summary>
    internal override async Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        return (await Database.UseTransactionAsync(((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true), cancellationToken))!;
    }

    internal override string UtcText(string column) => $"CAST({column} AS TEXT)";

    protected override void ConfigureDollars(PropertyBuilder dollars, string centsColumn) =>
        dollars.HasColumnType("REAL").HasComputedColumnSql($"{centsColumn} / 100.0", stored: false);

    protected override string LowerFunction => UnicodeLower.Function;
    internal override string IsOneOf => "IN (SELECT value FROM json_each({0}))";

    internal override Search.ISearchSql SearchSql { get; } = new Search.SqliteSearchSql();

    protected override void ConfigureRank(PropertyBuilder rank) => rank.UseCollation("BINARY");

    internal static DbContextOptionsBuilder<SqliteCrmDbContext> Options() =>
        new DbContextOptionsBuilder<SqliteCrmDbContext>().UseSnakeCaseNamingConvention().AddInterceptors(Changes.PublishOnCommit.Instance, UnicodeLower.Instance);

    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteCrmDbContext>
    {
        public SqliteCrmDbContext CreateDbContext(string[] args) => new(Options().UseSqlite().Options);
    }
}
