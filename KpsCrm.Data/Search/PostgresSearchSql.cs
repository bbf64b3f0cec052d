using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>
/// A table beside each kind of record, with a trigram index (pg_trgm). Transactions commit in another order than their rows' numbers, so new rows
/// are noted in search_stale as well.
/// </summary>
internal sealed class PostgresSearchSql : ISearchSql
{
    public string Pending(SearchKind kind) => $"SELECT id AS \"Value\" FROM search_stale WHERE kind = '{kind.Table}'";

    /// <summary>A row that a writer has noted and not committed yet is left to the next turn; one that is changed after this waits for our end and is noted anew.</summary>
    public (string, object) Numbers(int[] ids) => ("SELECT unnest({0}::int[]) AS id", ids);

    public string Take(SearchKind kind, int most) =>
        $"DELETE FROM search_stale WHERE kind = '{kind.Table}' AND id IN (SELECT id FROM search_stale WHERE kind = '{kind.Table}' ORDER BY id LIMIT {most.ToString(CultureInfo.InvariantCulture)} FOR UPDATE SKIP LOCKED) RETURNING id AS \"Value\"";

    public string Orphans(SearchKind kind) =>
        $"SELECT id AS \"Value\" FROM {kind.Index} WHERE id NOT IN (SELECT id FROM {kind.Table}) AND id NOT IN (SELECT id FROM search_stale WHERE kind = '{kind.Table}')";

    public (string, object[]) Matching(SearchKind kind, SearchText text, Fit? fit)
    {
        var parameters = new List<object>();
        var all = Every("text", text.Words.Select(w => w.Phrases));
        if (text.Except is { } other)
            all += $" AND NOT {Every("text", other.Words.Select(w => w.Phrases))}";
        if (fit is not { } just)
            return Query(all);

        var start = text.NameStart is { } name ? $"name LIKE {Parameter(Escape(name) + "%")}" : "false";
        var wordStarts = Every("name", text.Words.Select(w => w.Starts));
        var inName = Every("name", text.Words.Select(w => w.Phrases));
        return Query(just switch
        {
            Fit.NameStart => $"{all} AND {start}",
            Fit.WordStarts => $"{all} AND {wordStarts} AND NOT {start}",
            Fit.InName => $"{all} AND {inName} AND NOT {wordStarts} AND NOT {start}",
            _ => $"{all} AND NOT {inName} AND NOT {start}",
        });

        (string, object[]) Query(string where) => ($"SELECT id FROM {kind.Index} WHERE {where}", [.. parameters]);

        string Every(string column, IEnumerable<IReadOnlyList<string>> words) =>
            $"({string.Join(" AND ", words.Select(w => $"({string.Join(" OR ", w.Select(p => $"{column} LIKE {Parameter($"%{Escape(p)}%")}"))})"))})";

        string Parameter(string value)
        {
            parameters.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"{{{parameters.Count - 1}}}");
        }
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");

    public async Task PutAsync(CrmDbContext db, SearchKind kind, IReadOnlyCollection<int> ids, IReadOnlyCollection<SearchDocument> documents)
    {
        int[] gone = [.. ids.Except(documents.Select(d => d.Id))];
        await RunAsync(db, $"DELETE FROM {kind.Index} WHERE id = ANY({{0}})", gone);
        await RunAsync(db, $"""
            INSERT INTO {kind.Index} (id, name, text) SELECT * FROM unnest({"{0}"}::int[], {"{1}"}::text[], {"{2}"}::text[])
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, text = excluded.text
            """, documents.Select(d => d.Id).ToArray(), documents.Select(d => d.Name).ToArray(), documents.Select(d => d.Text).ToArray());
    }

    public Task AddWordsAsync(CrmDbContext db, IReadOnlyCollection<string> words) =>
        RunAsync(db, "INSERT INTO search_words (word, reversed) SELECT * FROM unnest({0}::text[], {1}::text[]) ORDER BY 1 ON CONFLICT DO NOTHING", words.ToArray(), words.Select(NameWords.Reversed).ToArray());

    public Task ClearAsync(CrmDbContext db, SearchKind kind) =>
        RunAsync(db, $"TRUNCATE {kind.Index}; INSERT INTO search_stale (kind, id) SELECT '{kind.Table}', id FROM {kind.Table} ON CONFLICT DO NOTHING");

    public async Task<IReadOnlyList<int>> DifferentAsync(CrmDbContext db, SearchKind kind, IReadOnlyList<SearchDocument> documents, IReadOnlyDictionary<int, long> sums)
    {
        var sql = $"""
            SELECT i.id AS "Value" FROM {kind.Index} i
            JOIN unnest({"{0}"}::int[], {"{1}"}::text[], {"{2}"}::text[]) AS d (id, name, text) ON i.id = d.id AND i.name = d.name AND i.text = d.text
            """;
        var same = (await db.Database.SqlQueryRaw<int>(sql, documents.Select(d => d.Id).ToArray(), documents.Select(d => d.Name).ToArray(), documents.Select(d => d.Text).ToArray()).ToListAsync()).ToHashSet();
        return [.. documents.Select(d => d.Id).Where(id => !same.Contains(id))];
    }

    private static Task RunAsync(CrmDbContext db, string sql, params object[] parameters) => db.Database.ExecuteSqlRawAsync(sql, parameters);
}
