using KpsCrm.Data.Providers;
using KpsCrm.Data.Search;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KpsCrm.Data.Migrations.Sqlite;

/// <summary>The text index and the lists' indexes: not part of the model, so written by hand.</summary>
[DbContext(typeof(SqliteCrmDbContext))]
[Migration("20261125120000_SearchIndex")]
internal sealed class SearchIndex : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(SearchSchema.Sqlite);
}
