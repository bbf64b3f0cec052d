using KpsCrm.Data.Providers;
using KpsCrm.Data.Search;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KpsCrm.Data.Migrations.Postgres;

/// <summary>Not part of the model, so written by hand.</summary>
[DbContext(typeof(PostgresCrmDbContext))]
[Migration("20261125130000_ListIndexes")]
internal sealed class ListIndexesMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(ListIndexes.Sql);
}
