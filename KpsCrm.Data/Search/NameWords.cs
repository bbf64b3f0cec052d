using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>The words of which names are made, each once. A mistyped name is close to one of them.</summary>
internal static class NameWords
{
    private const int ShortestWord = 3;
    private const int LongestWord = 40;
    private const int MostNeighbours = 8;

    /// <summary>Letters only: numbers have no typos that could be told from other numbers.</summary>
    public static IEnumerable<string> Of(string? name) =>
        Folding.Words(name).Select(w => w.Trim(Punctuation)).Where(IsWord).Distinct();

    private static bool IsWord(string word) => word.Length is >= ShortestWord and <= LongestWord && !word.Any(c => char.IsDigit(c) || c >= '\uD7FF');

    private static readonly char[] Punctuation = ['.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '"', '\'', '&', '-', '_', '/', '\\', '*', '#', '%'];

    /// <summary>To each word that was typed the known words it may have meant.</summary>
    /// <param name="fresh">Those of names that are not indexed yet.</param>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> NearAsync(CrmDbContext db, SearchText text, IReadOnlySet<string> fresh, CancellationToken cancellationToken)
    {
        var near = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var word in text.Words.Select(w => w.Text).Where(w => w.Length > ShortestWord && IsWord(w)))
        {
            var most = word.Length < 8 ? 1 : 2;
            string[] neighbours = [.. (await CandidatesAsync(db, word, most, fresh, cancellationToken)).Select(c => (Word: c, Distance: Distance(word, c, most))).Where(c => c.Distance <= most)
                .OrderBy(c => c.Distance).ThenBy(c => Math.Abs(c.Word.Length - word.Length)).ThenBy(c => c.Word, StringComparer.Ordinal).Select(c => c.Word).Take(MostNeighbours)];
            if (neighbours.Length > 0)
                near[word] = neighbours;
        }
        return near;
    }

    /// <summary>Words that begin or end alike: whatever one or two mistakes did to a word, they spared one of its ends.</summary>
    private static async Task<IEnumerable<string>> CandidatesAsync(CrmDbContext db, string word, int most, IReadOnlySet<string> fresh, CancellationToken cancellationToken)
    {
        var head = word[..(word.Length < 6 ? 1 : 2)];
        var tail = word[^(word.Length < 6 ? 2 : 3)..];
        var reversed = Reversed(tail);
        var known = await db.Database.SqlQueryRaw<string>("""
            SELECT word AS "Value" FROM search_words WHERE word >= {0} AND word < {1} AND length(word) BETWEEN {4} AND {5}
            UNION SELECT word FROM search_words WHERE reversed >= {2} AND reversed < {3} AND length(word) BETWEEN {4} AND {5}
            """, head, After(head), reversed, After(reversed), word.Length - most, word.Length + most).ToListAsync(cancellationToken);
        return known.Union(fresh.Where(w => w.StartsWith(head, StringComparison.Ordinal) || w.EndsWith(tail, StringComparison.Ordinal)));
    }

    private static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    public static string Reversed(string word) => string.Create(word.Length, word, (to, from) =>
    {
        from.AsSpan().CopyTo(to);
        to.Reverse();
    });

    /// <summary>Letters to insert, delete, change or swap with their neighbour; anything above <paramref name="most"/> counts as one more than that.</summary>
    internal static int Distance(string a, string b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most)
            return most + 1;
        Span<int> before = stackalloc int[b.Length + 1], above = stackalloc int[b.Length + 1], row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            above[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            if (least > most)
                return most + 1;
            above.CopyTo(before);
            row.CopyTo(above);
        }
        return Math.Min(above[b.Length], most + 1);
    }
}
