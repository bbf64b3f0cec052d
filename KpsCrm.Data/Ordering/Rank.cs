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

        if (below is null)
            return above is null ? Middle : Step(above, +1);
        if (above is null)
            return Step(below, -1);

        var rank = new List<char>();
        var bounded = true;
        for (var i = 0; ; i++)
        {
            var low = i < above.Length ? Digits.IndexOf(above[i]) : 0;
            var high = bounded ? (i < below.Length ? Digits.IndexOf(below[i]) : 0) : Digits.Length;
            if (high - low > 1)
            {
                rank.Add(Digits[(low + high) / 2]);
                return new string([.. rank]);
            }
            rank.Add(Digits[low]);
            if (low < high)
                bounded = false;
        }
    }

    /// <summary>Places for many at once, in order: halved and halved again, so that they stay short.</summary>
    /// <inheritdoc cref="Between"/>
    public static IReadOnlyList<string> Spread(string? above, string? below, int count)
    {
        var ranks = new string[count];
        if (below is null)
        {
            for (var i = 0; i < count; i++)
                ranks[i] = above = Between(above, null);
        }
        else
            Fill(0, count, above, below);
        return ranks;

        void Fill(int from, int until, string? low, string high)
        {
            if (from == until)
                return;
            var middle = (from + until) / 2;
            ranks[middle] = Between(low, high);
            Fill(from, middle, low, ranks[middle]);
            Fill(middle + 1, until, ranks[middle], high);
        }
    }

    /// <summary>
    /// The next place at an open end, where most cards are added. Counts in steps of 36⁻⁴, and in ever finer ones once those are used up:
    /// a million cards put on top of each other still have ranks of eight characters.
    /// </summary>
    private static string Step(string rank, int by)
    {
        for (var width = 4; ; width *= 2)
        {
            var digits = rank.PadRight(width, '0')[..width].Select(c => Digits.IndexOf(c)).ToArray();

            // What was cut off lies below the rank itself.
            if (by > 0 || rank.Length <= width)
            {
                var i = width - 1;
                while (i >= 0 && digits[i] == (by > 0 ? Digits.Length - 1 : 0))
                    digits[i--] = by > 0 ? 0 : Digits.Length - 1;
                if (i < 0)
                    continue;
                digits[i] += by;
            }

            var stepped = string.Concat(digits.Select(d => Digits[d])).TrimEnd('0');
            if (stepped.Length > 0)
                return stepped;
        }
    }
}
