using System.Text.RegularExpressions;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>The file as such, and that every table, index, trigger and rule of the schema is there. An index that has gone wrong is made anew from its table.</summary>
internal sealed partial class StructureCheck(CrmStore store, IProvider provider, SearchIndex search) : IDataCheck
{
    public string Name => "The file and its indexes";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        if (run.IsSqlite)
        {
            await foreach (var row in run.RowsAsync("PRAGMA integrity_check", cancellationToken))
                Tell(run, CheckRun.Text(row, 0));
        }
        else
        {
            await foreach (var row in run.RowsAsync("SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid OR NOT i.indisready", cancellationToken))
                run.Tell(Gravity.Wrong, $"The index {CheckRun.Text(row, 0)} is unfinished; make it anew with REINDEX.");
            await foreach (var row in run.RowsAsync("SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace", cancellationToken))
                run.Tell(Gravity.Wrong, $"The rule {CheckRun.Text(row, 0)} of {CheckRun.Text(row, 1)} was never proved for the rows that were there.", CheckRun.Text(row, 1));
        }

        var there = new HashSet<string>();
        await foreach (var row in run.RowsAsync(run.IsSqlite ? "SELECT name FROM sqlite_master" : """
            SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
            UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace UNION ALL SELECT tgname FROM pg_trigger
            """, cancellationToken))
            there.Add(CheckRun.Text(row, 0));
        foreach (System.Text.RegularExpressions.Match made in (run.IsSqlite ? Made() : MadeOrDemanded()).Matches(ScriptOf(run.Db)))
        {
            var (kind, name) = (made.Groups["kind"] is { Success: true } k ? k.Value.ToLowerInvariant() : "rule", made.Groups["name"].Value);
            if (!there.Contains(name))
                run.Tell(kind == "table" ? Gravity.Damage : Gravity.Wrong, $"The {kind} {name} is missing from the database.", kind == "table" ? name : null);
        }
    }

    private static void Tell(CheckRun run, string line)
    {
        // What breaks a rule is named row by row by another part.
        if (line == "ok" || line.StartsWith("CHECK constraint failed", StringComparison.Ordinal))
            return;
        run.Tell(Gravity.Damage, $"The file is damaged: {line.TrimEnd('.')}.", mends: OfIndex().IsMatch(line) || OfSearch().IsMatch(line));
    }

    public async Task<IReadOnlyList<string>> RepairAsync(Actor who, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        List<string> lines;
        await using (var db = await provider.OpenForReadingAsync(cancellationToken))
            lines = await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS \"Value\" FROM pragma_integrity_check").ToListAsync(cancellationToken);
        foreach (var index in lines.Select(l => OfIndex().Match(l)).Where(m => m.Success).Select(m => m.Groups["index"].Value).Distinct())
        {
            var sql = $"REINDEX \"{index}\"";
            await store.WriteAsync(who, async db =>
            {
                await db.Database.ExecuteSqlRawAsync(sql, cancellationToken);
                db.Audit(SecurityEvents.Repaired, $"index/{index}");
            }, cancellationToken);
            done.Add($"The index {index} was made anew from its table.");
        }
        if (lines.Any(l => OfSearch().IsMatch(l)))
        {
            await search.RebuildAsync(cancellationToken);
            await store.WriteAsync(who, db =>
            {
                db.Audit(SecurityEvents.Repaired, "search");
                return Task.CompletedTask;
            }, cancellationToken);
            done.Add("The search index was made anew.");
        }
        return done;
    }

    private static string ScriptOf(CrmDbContext db) => db is SqliteCrmDbContext file ? SchemaSql.Of(file)
        : $"{db.Database.GenerateCreateScript()}\n{SearchSchema.Postgres}\n{ListIndexes.Sql}\n{ListIndexes.OwnerStatusSql}";

    [GeneratedRegex("""^\s*CREATE (?:UNIQUE |VIRTUAL )?(?<kind>TABLE|INDEX|TRIGGER) "?(?<name>\w+)"?""", RegexOptions.Multiline)]
    private static partial Regex Made();

    [GeneratedRegex("""^\s*(?:CREATE (?:UNIQUE )?(?<kind>TABLE|INDEX|TRIGGER)|CONSTRAINT) "?(?<name>\w+)"?""", RegexOptions.Multiline)]
    private static partial Regex MadeOrDemanded();

    [GeneratedRegex(@"^(?:row \d+ missing from|wrong # of entries in) index (?<index>\w+)$")]
    private static partial Regex OfIndex();

    [GeneratedRegex("fts5", RegexOptions.IgnoreCase)]
    private static partial Regex OfSearch();
}
