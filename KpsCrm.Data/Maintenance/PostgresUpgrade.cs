using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Brings a PostgreSQL database to the present schema in one transaction: all of it or nothing. Entity Framework by itself commits each migration,
/// and would leave somewhere in between what breaks off.
/// </summary>
internal static class PostgresUpgrade
{
    /// <summary>Does it and takes it back: what would fail fails here, before a backup is made.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task TryAsync(CrmDbContext db, CancellationToken cancellationToken) => RunAsync(db, forGood: false, cancellationToken);

    /// <inheritdoc cref="RunAsync"/>
    public static Task DoAsync(CrmDbContext db, CancellationToken cancellationToken) => RunAsync(db, forGood: true, cancellationToken);

    /// <exception cref="NpgsqlException">The database is as it was.</exception>
    /// <exception cref="TroubleException">A table would have lost rows; the database is as it was.</exception>
    private static async Task RunAsync(CrmDbContext db, bool forGood, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Of several instances that start at once one upgrades and the others find it done.
        await db.Database.ExecuteSqlRawAsync("""LOCK TABLE "__EFMigrationsHistory" IN ACCESS EXCLUSIVE MODE""", cancellationToken);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Count == db.Database.GetMigrations().Count())
            return;

        var before = await CountAsync(db, cancellationToken);
        var script = db.CommandFor(db.GetService<IMigrator>().GenerateScript(applied[^1], null, MigrationsSqlGenerationOptions.NoTransactions));
        script.CommandTimeout = 0;
        await script.ExecuteNonQueryAsync(cancellationToken);
        BackupProof.DemandSame(before, await CountAsync(db, cancellationToken));
        if (forGood)
            await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<string, long>> CountAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>();
        foreach (var table in await db.Database.SqlQueryRaw<string>("""SELECT tablename::text AS "Value" FROM pg_tables WHERE schemaname = current_schema()""").ToListAsync(cancellationToken))
        {
            var count = db.CommandFor($"""SELECT count(*) FROM "{table}" """);
            count.CommandTimeout = 0;
            rows[table] = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        }
        return rows;
    }
}
