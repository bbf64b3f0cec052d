namespace KpsCrm.Data.Ordering;

/// <summary>A row whose place within its column is kept for everyone. Ties are broken by id.</summary>
public interface IRanked
{
    int Id { get; }

    /// <summary>Compared byte by byte, smallest on top.</summary>
    string Rank { get; }
}

/// <summary>
/// Places between places: a fraction written in base 36, so that a move writes one row and never renumbers its neighbours.
/// A rank never ends in '0', which is what guarantees that there is always room below it.
/// </summary>
public static class Rank
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The rank of the first card ever put into a column.</summary>
    public const string Middle = "i";

    /// <summary>A rank strictly between two others.</summary>
    /// <param name="above">The rank that stays above, or null for the top of the column.</param>
    /// <param name="below">The rank that stays below, or null for the end of the column.</param>
    /// <exception cref="ArgumentException"><paramref name="above"/> is not above <paramref name="below"/>.</exception>
    public static string Between(string? above, string? below)
    {
        if (above is not null && below is not null && string.CompareOrdinal(above, below) >= 0)
            throw new ArgumentException($"There is no place between '{above}' and '{below}'.");

        var rank = new List<char>();
        var bounded = below is not null;
        for (var i = 0; ; i++)
        {
            var low = i < above?.Length ? Digits.IndexOf(above[i]) : 0;
            var high = bounded ? (i < below!.Length ? Digits.IndexOf(below[i]) : 0) : Digits.Length;
            if (high - low > 1)
            {
                // At an open end, step by one instead of halving: cards are mostly added at the ends, and ranks stay short.
                var step = below is null && i < above?.Length ? low + 1 : above is null && i < below?.Length ? high - 1 : (low + high) / 2;
                rank.Add(Digits[step]);
                return new string([.. rank]);
            }
            rank.Add(Digits[low]);
            if (low < high)
                bounded = false;
        }
    }
}
