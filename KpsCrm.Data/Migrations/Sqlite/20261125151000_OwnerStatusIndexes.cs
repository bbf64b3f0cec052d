using KpsCrm.Data.Providers;
using KpsCrm.Data.Search;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KpsCrm.Data.Migrations.Sqlite;

/// <summary>The lists' indexes are not part of the model, so written by hand.</summary>
[DbContext(typeof(SqliteCrmDbContext))]
[Migration("20261125151000_OwnerStatusIndexes")]
internal sealed class OwnerStatusIndexesMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP INDEX "ix_leads_waiting";

        CREATE INDEX "ix_leads_waiting" ON "leads" ("status", "created_at", "owner_id") WHERE status = 'new' AND answered_at IS NULL AND deleted_at IS NULL;

        """ + ListIndexes.OwnerStatusSql);
}
