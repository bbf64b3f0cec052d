using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>
/// FTS5 with trigrams, without a copy of the text; the names also by themselves, so that the best hits are found without passing by all others. New rows are not written to a list of their own: they are those above the highest id that is
/// indexed, so that taking in a lead costs nothing more. What changes later is noted in search_stale, by triggers that any sqlite3 can run.
/// </summary>
internal sealed class SqliteSearchSql : ISearchSql
{
    public string Pending(SearchKind kind) => $"{New(kind)} UNION ALL SELECT id FROM search_stale WHERE kind = '{kind.Table}'";

    public (string, object) Numbers(int[] ids) => ("SELECT value AS id FROM json_each({0})", JsonSerializer.Serialize(ids));

    public string Take(SearchKind kind, int most)
    {
        var limit = most.ToString(CultureInfo.InvariantCulture);
        return $"SELECT \"Value\" FROM ({New(kind)} ORDER BY id LIMIT {limit}) UNION SELECT * FROM (SELECT id FROM search_stale WHERE kind = '{kind.Table}' ORDER BY id LIMIT {limit})";
    }

    private static string New(SearchKind kind) => $"SELECT id AS \"Value\" FROM {kind.Table} WHERE id > (SELECT coalesce(max(id), 0) FROM {kind.Index}_docsize)";

    public string Orphans(SearchKind kind) =>
        $"SELECT id AS \"Value\" FROM {kind.Index}_docsize WHERE id NOT IN (SELECT id FROM {kind.Table}) AND id NOT IN (SELECT id FROM search_stale WHERE kind = '{kind.Table}')";

    public (string, object[]) Matching(SearchKind kind, SearchText text, Fit? fit)
    {
        var anywhere = Without(Every(text.Words.Select(w => w.Phrases)));
        var wordStarts = Without(Every(text.Words.Select(w => w.Starts)));
        var start = text.NameStart is { } name ? Phrase(name) : null;
        return fit switch
        {
            null => ($"SELECT rowid AS id FROM {kind.Index} WHERE {kind.Index} MATCH {{0}}", [anywhere]),
            Fit.NameStart => InNames(start ?? "\"\""),
            Fit.WordStarts => InNames(start is null ? wordStarts : $"({wordStarts}) NOT {start}"),
            Fit.InName => InNames($"({anywhere}) NOT (({wordStarts}){(start is null ? "" : $" OR {start}")})"),
            _ => ($"SELECT rowid AS id FROM {kind.Index} WHERE {kind.Index} MATCH {{0}} AND rowid NOT IN (SELECT rowid FROM {kind.Names} WHERE {kind.Names} MATCH {{1}})",
                [anywhere, start is null ? anywhere : $"({anywhere}) OR {start}"]),
        };

        string Without(string match) => text.Except is { } other ? $"({match}) NOT ({Every(other.Words.Select(w => w.Phrases))})" : match;

        (string, object[]) InNames(string match) => ($"SELECT rowid AS id FROM {kind.Names} WHERE {kind.Names} MATCH {{0}}", [match]);
    }

    private static string Every(IEnumerable<IReadOnlyList<string>> words) => string.Join(" AND ", words.Select(w => $"({string.Join(" OR ", w.Select(Phrase))})"));

    private static string Phrase(string text) => $"\"{text.Replace("\"", "\"\"")}\"";

    public async Task PutAsync(CrmDbContext db, SearchKind kind, IReadOnlyCollection<int> ids, IReadOnlyCollection<SearchDocument> documents)
    {
        foreach (var id in ids)
        {
            await RunAsync(db, $"DELETE FROM {kind.Names} WHERE rowid = $id", ("$id", id));
            await RunAsync(db, $"DELETE FROM {kind.Index} WHERE rowid = $id", ("$id", id));
            await RunAsync(db, $"DELETE FROM search_stale WHERE kind = '{kind.Table}' AND id = $id", ("$id", id));
        }
        foreach (var document in documents)
        {
            await RunAsync(db, $"INSERT INTO {kind.Names} (rowid, text) VALUES ($id, $text)", ("$id", document.Id), ("$text", document.Name));
            await RunAsync(db, $"INSERT INTO {kind.Index} (rowid, text) VALUES ($id, $text)", ("$id", document.Id), ("$text", document.Text));
        }
    }

    public async Task AddWordsAsync(CrmDbContext db, IReadOnlyCollection<string> words)
    {
        foreach (var word in words)
            await RunAsync(db, "INSERT OR IGNORE INTO search_words (word, reversed) VALUES ($word, $reversed)", ("$word", word), ("$reversed", NameWords.Reversed(word)));
    }

    public async Task ClearAsync(CrmDbContext db, SearchKind kind)
    {
        foreach (var table in new[] { kind.Names, kind.Index })
            await RunAsync(db, $"INSERT INTO {table} ({table}) VALUES ('delete-all')");
        await RunAsync(db, $"DELETE FROM search_stale WHERE kind = '{kind.Table}'");
    }

    /// <summary>One walk through the index, term by term: half a minute for a million names, which it would take a quarter of an hour to ask for.</summary>
    public async Task<IReadOnlyDictionary<int, long>> SumsAsync(CrmDbContext db, SearchKind kind, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<int, long>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        // In the connection's own scratch space: the file is not written to.
        await RunAsync(db, $"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{kind.Names}_terms USING fts5vocab('main', '{kind.Names}', 'instance')");
        await using var command = db.NewCommand($"SELECT doc, term, offset FROM temp.{kind.Names}_terms");
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            CollectionsMarshal.GetValueRefOrAddDefault(sums, rows.GetInt32(0), out _) += PartOf(rows.GetString(1), rows.GetInt32(2));
        return sums;
    }

    private static long SumOf(string name)
    {
        var runes = name.EnumerateRunes().ToArray();
        return Enumerable.Range(0, Math.Max(0, runes.Length - 2)).Sum(i => PartOf($"{runes[i]}{runes[i + 1]}{runes[i + 2]}", i));
    }

    private static long PartOf(string term, int offset) => HashCode.Combine(term, offset);

    /// <summary>The index keeps no text, but how many trigrams it has of each. Where the sum of the name's is not right, it must find the name under the id.</summary>
    public async Task<IReadOnlyList<int>> DifferentAsync(CrmDbContext db, SearchKind kind, IReadOnlyList<SearchDocument> documents, IReadOnlyDictionary<int, long> sums)
    {
        var different = new List<int>();
        var size = db.CommandFor($"SELECT n.sz, t.sz FROM {kind.Index}_docsize t JOIN {kind.Names}_docsize n ON n.id = t.id WHERE t.id = $id");
        var name = db.CommandFor($"SELECT 1 FROM {kind.Names} WHERE {kind.Names} MATCH $name AND rowid = $id");
        foreach (var document in documents)
        {
            Set(size, ("$id", document.Id));
            Set(name, ("$id", document.Id), ("$name", Phrase(document.Name)));
            await using var sizes = await size.ExecuteReaderAsync();
            if (!await sizes.ReadAsync() || Number((byte[])sizes[0]) != Trigrams(document.Name) || Number((byte[])sizes[1]) != Trigrams(document.Text)
                || ((!sums.TryGetValue(document.Id, out var sum) || sum != SumOf(document.Name)) && await name.ExecuteScalarAsync() is null))
                different.Add(document.Id);
        }
        return different;
    }

    private static int Trigrams(string text) => Math.Max(0, text.EnumerateRunes().Count() - 2);

    /// <summary>SQLite's variable-length integer: seven bits a byte, the highest first.</summary>
    private static int Number(byte[] bytes) => bytes.Aggregate(0, (number, b) => number << 7 | b & 0x7F);

    private static async Task RunAsync(CrmDbContext db, string sql, params (string, object)[] parameters)
    {
        var command = db.CommandFor(sql);
        Set(command, parameters);
        await command.ExecuteNonQueryAsync();
    }

    private static void Set(DbCommand command, params (string Name, object Value)[] parameters)
    {
        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }
}
