using KpsCrm.Data.Changes;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Providers;

/// <summary>The context on PostgreSQL. Its changes go to the other instances by NOTIFY, sent inside the transaction that makes them.</summary>
public sealed class PostgresCrmDbContext(DbContextOptions<PostgresCrmDbContext> options) : CrmDbContext(options)
{
    /// <summary>The instance this context belongs to; set by its provider.</summary>
    internal string Origin { get; set; } = "";

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        await CommitAsync(transaction, cancellationToken);
        return rows;
    }

    /// <summary>Notifies, commits, publishes.</summary>
    internal async Task CommitAsync(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        var changes = TakeUncommitted();
        foreach (var notice in Notice.Write(Origin, changes))
            await Database.ExecuteSqlAsync($"SELECT pg_notify({Notice.Channel}, {notice})", cancellationToken);
        // Not cancelled halfway: nobody could say whether it was committed, and this instance would not hear of it.
        await transaction.CommitAsync(CancellationToken.None);
        Publish(changes);
    }

    public override Task HoldAsync(string name) => Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext({name}))");

    private protected override async Task HoldOwnersAsync(CancellationToken cancellationToken)
    {
        var owners = RecycleBin.NewOwners(ChangeTracker);
        if (owners.Count == 0)
            return;
        // Shared: those who put something to a record don't wait for each other, only for those who delete one.
        await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(hashtext({RecycleBin.Turn}))", cancellationToken);
        await RecycleBin.DemandInUseAsync(this, owners, cancellationToken);
    }

    private protected override async Task<SecurityChain> HoldChainAsync(CancellationToken cancellationToken)
    {
        if (await LockedAsync() is { } chain)
            return chain;
        await HoldAsync("security_chain");
        return await LockedAsync() ?? await BeginChainAsync(cancellationToken);

        // What another transaction has just committed is read after the wait for it.
        async Task<SecurityChain?> LockedAsync() => (await Set<SecurityChain>().FromSql($"SELECT * FROM security_chain FOR UPDATE").ToListAsync(cancellationToken)).SingleOrDefault();
    }

    private protected override async Task<IReadOnlyList<int>> TakeLogIdsAsync(int count, CancellationToken cancellationToken) =>
        await Database.SqlQuery<int>($"SELECT nextval(pg_get_serial_sequence('security_logs', 'id'))::int AS \"Value\" FROM generate_series(1, {count})").ToListAsync(cancellationToken);

    internal override string UtcText(string column) => $"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')";

    protected override void ConfigureDollars(PropertyBuilder dollars, string centsColumn) =>
        dollars.HasColumnType("numeric(18,2)").HasComputedColumnSql($"{centsColumn} / 100.0", stored: true);

    protected override string LowerFunction => "lower";
    internal override string IsOneOf => "= ANY (ARRAY(SELECT jsonb_array_elements_text({0}::jsonb)::int))";

    internal override Search.ISearchSql SearchSql { get; } = new Search.PostgresSearchSql();

    protected override void ConfigureRank(PropertyBuilder rank) => rank.UseCollation("C");

    internal static DbContextOptionsBuilder<PostgresCrmDbContext> Options() =>
        new DbContextOptionsBuilder<PostgresCrmDbContext>().UseSnakeCaseNamingConvention().AddInterceptors(PublishOnCommit.Instance);

    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresCrmDbContext>
    {
        public PostgresCrmDbContext CreateDbContext(string[] args) => new(Options().UseNpgsql().Options);
    }
}
