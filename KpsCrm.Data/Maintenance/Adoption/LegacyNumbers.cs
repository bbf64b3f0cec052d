using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>Numbers and times of the older system, in all the ways they were written. Each answers null for what it can't read.</summary>
internal static class LegacyNumbers
{
    private static readonly string[] Times =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF K",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm", "yyyy-MM-dd",
    ];

    private static readonly DateTime Earliest = new(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc), Latest = new(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Dollars as cents, exact as far as they were written; half cents go up.</summary>
    /// <param name="isRounded">There was more behind the cents.</param>
    public static decimal? Cents(LegacyValue value, out bool isRounded)
    {
        isRounded = false;
        decimal dollars;
        switch (value.Kind)
        {
            case LegacyKind.Integer:
                dollars = value.Integer;
                break;
            // 15 digits is what a REAL surely holds: 12000.99 is meant, not the binary fraction beside it.
            case LegacyKind.Real when Math.Abs(value.Real) < 1e20:
                dollars = (decimal)value.Real;
                break;
            case LegacyKind.Text:
                var text = value.Text!.Replace("USD", "", StringComparison.OrdinalIgnoreCase).Replace("$", "").Trim();
                if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out dollars) || Math.Abs(dollars) > 1e20m)
                    return null;
                break;
            default:
                return null;
        }
        var cents = Math.Round(dollars * 100, MidpointRounding.AwayFromZero);
        isRounded = cents != dollars * 100;
        return cents;
    }

    /// <summary>Percent: 80, "80 %", and 0.8 for the fraction it is.</summary>
    public static decimal? Percent(LegacyValue value) => value.Kind switch
    {
        LegacyKind.Integer => value.Integer,
        LegacyKind.Real when value.Real is > 0 and < 1 => Math.Round((decimal)value.Real * 100),
        LegacyKind.Real when Math.Abs(value.Real) < 1e9 => Math.Round((decimal)value.Real),
        LegacyKind.Text when decimal.TryParse(value.Text!.TrimEnd(' ', '%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && Math.Abs(percent) < 1e9m => Math.Round(percent),
        _ => null,
    };

    /// <summary>UTC. Both forms of the older system, a day alone, an offset, and seconds or milliseconds since 1970.</summary>
    public static DateTime? Time(LegacyValue value)
    {
        switch (value.Kind)
        {
            case LegacyKind.Text:
                var text = value.Text!.Trim();
                if (DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
                    return at.Year > 1 ? at : null;
                return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? SinceEpoch(number) : null;
            case LegacyKind.Integer:
                return SinceEpoch(value.Integer);
            case LegacyKind.Real when value.Real is > 0 and < 1e15:
                return SinceEpoch((long)value.Real);
            default:
                return null;
        }
    }

    /// <summary>A day as it was written; of a time, its day in the same text, never shifted.</summary>
    public static DateOnly? Day(LegacyValue value)
    {
        if (value.Kind == LegacyKind.Text && value.Text!.Trim() is { Length: >= 10 } text && Time(value) is not null
            && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        return Time(value) is { } at ? DateOnly.FromDateTime(at) : null;
    }

    private static DateTime? SinceEpoch(long number)
    {
        if (number is < 0 or > 10_000_000_000_000)
            return null;
        var at = number < 100_000_000_000 ? DateTime.UnixEpoch.AddSeconds(number) : DateTime.UnixEpoch.AddMilliseconds(number);
        return at >= Earliest && at < Latest ? at : null;
    }
}
