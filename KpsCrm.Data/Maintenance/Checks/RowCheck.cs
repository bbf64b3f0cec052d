using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>
/// Every row keeps the schema's rules, and can be read: its words are known, its numbers are numbers, its times are times. A table is read once.
/// What breaks a rule is not mended: only a person knows what was meant.
/// </summary>
internal sealed class RowCheck : IDataCheck
{
    public string Name => "Rules and words";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        // The audit trail is never touched; that it can be read is for its own part to say.
        foreach (var entity in run.Db.GetService<IDesignTimeModel>().Model.GetEntityTypes().Where(e => e.GetTableName() is { } t && t != "security_logs" && !e.IsOwned()))
        {
            var (table, rules) = (entity.GetTableName()!, RulesOf(entity, run.IsSqlite).ToList());
            if (rules.Count == 0)
                continue;
            var broken = string.Concat(rules.Select((r, i) => string.Create(CultureInfo.InvariantCulture, $" WHEN {r.Broken} THEN {i}")));
            var value = string.Concat(rules.Select(r => $" WHEN {r.Broken} THEN {(r.Column is { } c ? $"CAST({c} AS TEXT)" : "''")}"));
            var key = entity.FindPrimaryKey()!.Properties[0].GetColumnName();
            await foreach (var row in run.RowsAsync($"SELECT \"{key}\", CASE{broken} END, CASE{value} END FROM \"{table}\" WHERE {string.Join(" OR ", rules.Select(r => r.Broken))} ORDER BY 1", cancellationToken))
            {
                var id = CheckRun.Text(row, 0);
                run.Tell(Gravity.Wrong, $"{table} {id} {rules[Convert.ToInt32(row.GetValue(1), CultureInfo.InvariantCulture)].Words(CheckRun.Text(row, 2))}", table, id);
            }
        }
    }

    private static IEnumerable<Rule> RulesOf(IEntityType entity, bool isSqlite)
    {
        var words = new HashSet<string>();
        foreach (var property in entity.GetProperties().Where(p => p.GetComputedColumnSql() is null && p.GetColumnName() is not null))
        {
            var (name, column) = (property.GetColumnName(), $"\"{property.GetColumnName()}\"");
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            var converter = property.GetTypeMapping().Converter;
            var stored = converter?.ProviderClrType ?? type;
            stored = Nullable.GetUnderlyingType(stored) ?? stored;
            if (type.IsEnum && stored == typeof(string))
            {
                words.Add($"{name} IN (");
                yield return new($"{column} NOT IN ({string.Join(", ", Enum.GetValues(type).Cast<object>().Select(v => $"'{converter!.ConvertToProvider(v)}'"))})", column, value => $"has the unknown {name} '{value}'.");
            }
            else if (isSqlite && (stored == typeof(int) || stored == typeof(long) || stored == typeof(bool)))
                yield return new($"typeof({column}) NOT IN ('integer', 'null')", column, value => $"has '{value}' as its {name}, which is no whole number.");
            else if (isSqlite && (stored == typeof(DateTime) || stored == typeof(DateTimeOffset) || stored == typeof(DateOnly)))
                yield return new($"({column} IS NOT NULL AND (typeof({column}) <> 'text' OR julianday({column}) IS NULL))", column, value => $"has '{value}' as its {name}, which is no {(stored == typeof(DateOnly) ? "day" : "time")}.");
        }
        foreach (var rule in entity.GetCheckConstraints().Where(c => !words.Any(w => c.Sql.StartsWith(w, StringComparison.Ordinal))))
            yield return new($"NOT ({rule.Sql})", null, _ => $"breaks the rule that {rule.Sql}.");
    }

    /// <param name="Broken">True for a row that breaks it.</param>
    private sealed record Rule(string Broken, string? Column, Func<string, string> Words);
}
