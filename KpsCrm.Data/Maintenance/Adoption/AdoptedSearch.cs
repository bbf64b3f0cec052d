using System.Globalization;
using KpsCrm.Data.Search;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Fills the text index of the new file in one go: the same documents that <see cref="SearchIndex"/> would make by the hundred. In big portions, so that
/// parts of the index need not be merged again and again while it grows.
/// </summary>
internal static class AdoptedSearch
{
    private const int MostWordsKnown = 200_000;

    private static readonly (SearchKind Kind, string Column, string Rows, Func<string?[], SearchDocument> Document)[] Kinds =
    [
        (SearchKind.Leads, "lead_id", "SELECT r.id, {0}, r.name, r.company, r.phone, r.email, r.notes FROM leads r", r => SearchDocument.Of(Id(r), r[2]!, r[3], r[4], [r[5], r[6], .. r[7..]])),
        (SearchKind.Clients, "client_id", "SELECT r.id, {0}, r.name, r.company, r.phone, r.email, r.notes FROM clients r", r => SearchDocument.Of(Id(r), r[2]!, r[3], r[4], [r[5], r[6], .. r[7..]])),
        (SearchKind.Deals, "deal_id", "SELECT r.id, {0}, r.title, CASE WHEN c.id IS NULL THEN l.company ELSE c.company END, c.phone, coalesce(c.name, l.name), c.email, r.description FROM deals r LEFT JOIN clients c ON c.id = r.client_id LEFT JOIN leads l ON l.id = r.lead_id",
            r => SearchDocument.Of(Id(r), r[2]!, r[3], r[4], [r[5], r[6], r[7], .. r[8..]])),
    ];

    public static void Fill(SqliteConnection file, Action<string> tell, CancellationToken cancellationToken)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        using var words = new NewRows(file, "INSERT OR IGNORE INTO search_words (word, reversed) VALUES (?, ?)");
        var progress = new Progress(tell);
        foreach (var (kind, column, rows, document) in Kinds)
        {
            Grow(file, kind, automerge: 0, portion: 64 << 20);
            using var names = new NewRows(file, $"INSERT INTO {kind.Names} (rowid, text) VALUES (?, ?)");
            using var texts = new NewRows(file, $"INSERT INTO {kind.Index} (rowid, text) VALUES (?, ?)");
            using var notes = file.CreateCommand();
            notes.CommandText = $"SELECT summary FROM activities WHERE {column} = $id AND kind = 'note' ORDER BY id";
            var id = notes.Parameters.Add("$id", SqliteType.Integer);
            using var command = file.CreateCommand();
            command.CommandText = string.Format(CultureInfo.InvariantCulture, rows, $"(SELECT count(*) FROM activities a WHERE a.{column} = r.id AND a.kind = 'note')") + " ORDER BY r.id";
            using var reader = command.ExecuteReader();
            for (long done = 1; reader.Read(); done++)
            {
                string?[] fields = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))];
                if (fields[1] != "0")
                {
                    id.Value = reader.GetInt64(0);
                    using var found = notes.ExecuteReader();
                    while (found.Read())
                        fields = [.. fields, found.GetString(0)];
                }
                var made = document(fields);
                names.With(made.Id).With(made.Name).Run();
                texts.With(made.Id).With(made.Text).Run();
                foreach (var word in made.Words.Where(known.Add))
                    words.With(word).With(NameWords.Reversed(word)).Run();
                if (known.Count > MostWordsKnown)
                    known.Clear();
                if (progress.IsDue(done))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress.Tell($"text index of {kind.Table}", done, null);
                }
            }
            Grow(file, kind, automerge: 4, portion: 1 << 20);
        }
    }

    private static int Id(string?[] row) => int.Parse(row[0]!, CultureInfo.InvariantCulture);

    /// <summary>How much is gathered before it is written as a part of the index, and how many parts are merged meanwhile; back to FTS5's own defaults at the end.</summary>
    private static void Grow(SqliteConnection file, SearchKind kind, int automerge, int portion)
    {
        using var command = file.CreateCommand();
        command.CommandText = string.Concat(new[] { kind.Names, kind.Index }.Select(t =>
            $"INSERT INTO {t} ({t}, rank) VALUES ('hashsize', {portion}); INSERT INTO {t} ({t}, rank) VALUES ('automerge', {automerge}); {(automerge > 0 ? $"INSERT INTO {t} ({t}) VALUES ('optimize');" : "")}"));
        command.ExecuteNonQuery();
    }
}
