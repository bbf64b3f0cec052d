using KpsCrm.Data.Providers;
using KpsCrm.Data.Search;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>The SQLite schema as text, made from the model; committed as database/schema.sql.</summary>
public static class SchemaSql
{
    public static string Generate()
    {
        using var db = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite().Options);
        return Of(db);
    }

    internal static string Of(SqliteCrmDbContext db) =>
        $"-- Generated from the model; database/README.md says how.\n\n{db.Database.GenerateCreateScript().ReplaceLineEndings("\n").Trim().Replace("\n\n\n", "\n\n")}\n\n-- The text index and the lists' indexes, which are not part of the model.\n\n{SearchSchema.Sqlite.ReplaceLineEndings("\n")}\n\n{ListIndexes.Sql.ReplaceLineEndings("\n")}\n\n{ListIndexes.OwnerStatusSql.ReplaceLineEndings("\n")}\n";
}
