using System.Data.Common;
using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>Brings a database on PostgreSQL to the present schema.</summary>
internal static class PostgresUpgrade
{
    /// <summary>All in one transaction: Entity Framework commits each migration for itself, and what fails in the third leaves two.</summary>
    /// <exception cref="DbException">The database is as it was.</exception>
    /// <exception cref="TroubleException">A table would have lost rows; the database is as it was.</exception>
    public static async Task RunAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Of several instances that start, the first does it and the others find it done.
        await db.HoldAsync("upgrade");
        // Entity Framework looks for its table by reading it, which in a transaction may not fail.
        var hasHistory = (await db.Database.SqlQuery<bool>($"SELECT to_regclass('\"__EFMigrationsHistory\"') IS NOT NULL AS \"Value\"").ToListAsync(cancellationToken))[0];
        var applied = hasHistory ? await db.Database.GetAppliedMigrationsAsync(cancellationToken) : [];
        if (applied.Count() < db.Database.GetMigrations().Count())
        {
            var server = (NpgsqlConnection)db.Database.GetDbConnection();
            var before = await PostgresScratch.CountAsync(server, cancellationToken);
            DbCommand command = db.CommandFor(db.GetService<IMigrator>().GenerateScript(applied.LastOrDefault(), null, MigrationsSqlGenerationOptions.NoTransactions));
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
            BackupProof.DemandSame(before, await PostgresScratch.CountAsync(server, cancellationToken));
        }
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <inheritdoc cref="RunAsync(CrmDbContext, CancellationToken)"/>
    public static async Task RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var db = new PostgresCrmDbContext(PostgresCrmDbContext.Options().UseNpgsql(connectionString).Options);
        await RunAsync(db, cancellationToken);
    }
}
