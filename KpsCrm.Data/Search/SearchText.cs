namespace KpsCrm.Data.Search;

/// <summary>How well a record fits what was typed; the best first.</summary>
internal enum Fit
{
    /// <summary>The name begins with it.</summary>
    NameStart,

    /// <summary>Every word begins a word of the name.</summary>
    WordStarts,

    /// <summary>Every word is somewhere in the name.</summary>
    InName,

    /// <summary>Every word is somewhere in the record.</summary>
    Anywhere,
}

/// <summary>What someone typed, as words of which each must be found.</summary>
internal sealed record SearchText
{
    private const int MostWords = 24;

    /// <summary>Each costs the index a third of a millisecond.</summary>
    private const int NearestBeside = 4;

    private SearchText(IReadOnlyList<SearchWord> words, string? nameStart) => (Words, NameStart) = (words, nameStart);

    public IReadOnlyList<SearchWord> Words { get; }

    /// <summary>How a name's document begins that begins with what was typed; null when that is of no use.</summary>
    public string? NameStart { get; }

    /// <summary>What fits this is left out.</summary>
    public SearchText? Except { get; private init; }

    /// <returns>Null when there is nothing to look for.</returns>
    public static SearchText? Of(string? typed)
    {
        var words = Folding.Words(TextSearch.Clean(typed));
        return words.Length == 0 ? null : new([.. words.Distinct().Take(MostWords).Select(SearchWord.Of)], SearchDocument.Start + string.Join(SearchDocument.Pad, words));
    }

    /// <summary>The same, where each word may also be one of its neighbours.</summary>
    public SearchText Or(IReadOnlyDictionary<string, IReadOnlyList<string>> neighbours) =>
        new([.. Words.Select(w => neighbours.TryGetValue(w.Text, out var near) ? w.Or(near) : w)], null);

    /// <summary>What is close to it and does not fit as it was typed.</summary>
    public SearchText Beside(IReadOnlyDictionary<string, IReadOnlyList<string>> neighbours) =>
        Or(neighbours.ToDictionary(n => n.Key, n => (IReadOnlyList<string>)[.. n.Value.Where(word => word != n.Key).Take(NearestBeside)])) with { Except = this };

    /// <returns>Null when it does not fit.</returns>
    public Fit? FitOf(SearchDocument document) =>
        Except?.FitOf(document) is not null ? null
        : FitOf(document.Name) is not Fit.Anywhere and { } fit ? fit
        : Words.All(w => w.Phrases.Any(p => document.Name.Contains(p, StringComparison.Ordinal) || document.Rest.Contains(p, StringComparison.Ordinal))) ? Fit.Anywhere
        : null;

    /// <summary>For a record that is known to fit.</summary>
    public Fit FitOf(string nameOfDocument) =>
        NameStart is not null && nameOfDocument.StartsWith(NameStart, StringComparison.Ordinal) ? Fit.NameStart
        : Words.All(w => w.Starts.Any(p => nameOfDocument.Contains(p, StringComparison.Ordinal))) ? Fit.WordStarts
        : Words.All(w => w.Phrases.Any(p => nameOfDocument.Contains(p, StringComparison.Ordinal))) ? Fit.InName
        : Fit.Anywhere;
}

/// <param name="Text">As typed, folded.</param>
/// <param name="Phrases">One of these must be in the document.</param>
/// <param name="Starts">The same at the beginning of a word.</param>
internal sealed record SearchWord(string Text, IReadOnlyList<string> Phrases, IReadOnlyList<string> Starts)
{
    public static SearchWord Of(string text)
    {
        string[] forms = IsPartOfPhone(text) && SearchDocument.Digits(text) is var digits && digits != text ? [text, digits] : [text];
        string[] starts = [.. forms.SelectMany(StartsOf)];
        return new(text, [.. forms.SelectMany(f => f.EnumerateRunes().Count() < 3 ? StartsOf(f) : [f])], starts);
    }

    public SearchWord Or(IEnumerable<string> neighbours)
    {
        string[] starts = [.. neighbours.SelectMany(StartsOf)];
        return new(Text, [.. Phrases, .. starts], [.. Starts, .. starts]);
    }

    private static IEnumerable<string> StartsOf(string form) => [SearchDocument.Pad + form, SearchDocument.Start + form];

    private static bool IsPartOfPhone(string text) => text.All(c => char.IsAsciiDigit(c) || "()+-./".Contains(c)) && text.Any(char.IsAsciiDigit);
}
