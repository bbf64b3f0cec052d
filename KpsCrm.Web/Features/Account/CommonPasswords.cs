namespace KpsCrm.Web.Features.Account;

/// <summary>
/// What lists of stolen passwords are made of, of twelve characters and more: one or two words that everybody chooses with digits and marks hung on,
/// runs over the keyboard, repetitions. The words are in CommonWords.txt; whoever has a list of stolen ones adds it (<see cref="StolenPasswords"/>).
/// </summary>
internal static class CommonPasswords
{
    private const int MostWords = 2, ShortestOwn = 3;

    /// <summary>They add nothing to guess.</summary>
    private static readonly HashSet<string> Small = ["i", "a", "u", "an", "the", "and", "or", "for", "with", "to", "of", "in", "on", "at", "is", "it", "my", "me", "we", "you", "your", "no"];

    private static readonly HashSet<string> Words = [.. Read()];
    private static readonly int Longest = Words.Max(w => w.Length);
    private static readonly string[] Rows = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

    /// <param name="own">What else is a word here: the person's name, the firm's.</param>
    public static bool IsOne(string password, params IEnumerable<string?> own)
    {
        HashSet<string> more = [.. own.SelectMany(o => (o ?? "").ToLowerInvariant().Split([' ', '.', '@', '-', '_', '+', ','])).Select(Letters).Where(w => w.Length >= ShortestOwn)];
        // p4$$w0rd!2026 is tried right after password.
        var core = password.ToLowerInvariant().Trim("0123456789!?.,-_*+#$&%@ ".ToCharArray());
        var plain = core.Replace('0', 'o').Replace('@', 'a').Replace('4', 'a').Replace('3', 'e').Replace('$', 's').Replace('5', 's').Replace('1', 'i').Replace('7', 't');
        return IsMadeOf(core) || IsMadeOf(plain);

        // Where it is mostly digits, those are what has to be guessed.
        bool IsMadeOf(string text) => Letters(text) is var letters && letters.Length * 3 >= password.Length && WordsOf(letters, more) <= MostWords;
    }

    /// <summary>abcabcabcabc, password1password1.</summary>
    public static bool Repeats(string password) =>
        Enumerable.Range(1, password.Length / 2).Any(period => period < 12 && Enumerable.Range(period, password.Length - period).All(i => password[i] == password[i - period]));

    /// <summary>1q2w3e4r5t6y, qwertyuiop12, 1234567890123, abcdefghijkl: most steps go to a key beside, or to the next letter or digit.</summary>
    public static bool RunsOverTheKeys(string password)
    {
        var keys = password.ToLowerInvariant();
        var steps = keys.Zip(keys.Skip(1), AreBeside).ToList();
        return steps.Count(s => s) * 10 >= steps.Count * 7;
    }

    /// <summary>Of how many words the text is put together; the small ones and the person's own aren't counted. A great number where it isn't.</summary>
    private static int WordsOf(string letters, HashSet<string> more)
    {
        const int never = 1_000;
        var fewest = new int[letters.Length + 1];
        for (var end = 1; end <= letters.Length; end++)
        {
            fewest[end] = never;
            for (var start = Math.Max(0, end - Math.Max(Longest, more.Count == 0 ? 0 : more.Max(w => w.Length))); start < end; start++)
            {
                var word = letters[start..end];
                if (fewest[start] < never && (Small.Contains(word) || Words.Contains(word) || more.Contains(word)))
                    fewest[end] = Math.Min(fewest[end], fewest[start] + (Small.Contains(word) || more.Contains(word) ? 0 : 1));
            }
        }
        return fewest[^1];
    }

    private static bool AreBeside(char a, char b)
    {
        if (a == b || (char.IsAsciiLetterOrDigit(a) && Math.Abs(a - b) == 1) || (a, b) is ('9', '0') or ('0', '9'))
            return true;
        var (row, column) = PlaceOf(a);
        var (otherRow, otherColumn) = PlaceOf(b);
        return row >= 0 && otherRow >= 0 && Math.Abs(row - otherRow) <= 1 && Math.Abs(column - otherColumn) <= 1;
    }

    private static (int Row, int Column) PlaceOf(char key)
    {
        var row = Array.FindIndex(Rows, r => r.Contains(key));
        return (row, row < 0 ? -1 : Rows[row].IndexOf(key));
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));

    private static string[] Read()
    {
        using var file = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonWords.txt")!);
        return file.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
