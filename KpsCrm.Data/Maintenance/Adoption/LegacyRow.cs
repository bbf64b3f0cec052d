using SQLitePCL;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// The row at hand: hands out its fields as this program holds them, and notes by which rule each was changed. What a field can't hold is kept as a
/// line for a note on the record; where a table knows no notes, in the list of details.
/// </summary>
internal sealed class LegacyRow(LegacyTable table, AdoptionReport report, AdoptionDetails details, DateTime now, bool takesNotes)
{
    private readonly List<string> _kept = [];
    private readonly IReadOnlyList<(string Name, int Place)> _new = [.. table.New.Select(c => (c, table.PlaceOf(c)!.Value))];
    private sqlite3_stmt _row = null!;
    private DateTime? _before;

    public string Table => table.Name;

    /// <summary>The row's number in the older system: as the report calls it.</summary>
    public long Number { get; private set; }

    public IReadOnlyList<string> Kept => _kept;

    /// <param name="at">The row in the file, counted from 1: its name where it bears no number.</param>
    public void Take(sqlite3_stmt row, long at)
    {
        _row = row;
        _kept.Clear();
        var id = Value("id");
        HasNumber = id.Kind == LegacyKind.Integer;
        Number = HasNumber ? id.Integer : table.HasRowId ? raw.sqlite3_column_int64(row, table.Columns.Count) : at;
        HasNumber |= table.PlaceOf("id") is null && table.HasRowId;
        if (id is { Kind: not (LegacyKind.Null or LegacyKind.Integer) })
            Keep("id", id);
        foreach (var (name, place) in _new)
        {
            if (LegacyValue.Read(row, place) is { IsNothing: false } value)
                Tell(AdoptionRule.ColumnNew, name, value);
        }
    }

    public bool HasNumber { get; private set; }

    public LegacyValue Value(string column) => table.PlaceOf(column) is { } place ? LegacyValue.Read(_row, place) : default;

    public void Tell(AdoptionRule rule, string? column = null, LegacyValue value = default)
    {
        report.Count(Table, rule, Number);
        if (column is not null && value.Kind != LegacyKind.Null)
            Keep(column, value);
        if (rule.Look || (!takesNotes && value.Kind != LegacyKind.Null))
            details.Add(Table, Number, rule.Key, column, value.ToString());
    }

    private void Keep(string column, LegacyValue value)
    {
        if (takesNotes)
            _kept.Add($"{column}: {Clean(value.ToString()!, true)}");
    }

    /// <summary>One line, trimmed; null for nothing.</summary>
    public string? Text(string column, int max = int.MaxValue) => TextOf(column, Value(column), max, lines: false);

    /// <summary>Text that may have lines, as it was written.</summary>
    public string? Lines(string column, int max = int.MaxValue) => TextOf(column, Value(column), max, lines: true);

    private string? TextOf(string column, LegacyValue value, int max, bool lines)
    {
        if (value.IsNothing)
            return null;
        if (value.Kind == LegacyKind.Bytes)
        {
            Tell(AdoptionRule.Bytes, column, value);
            return null;
        }
        if (value.IsRepaired)
            Tell(AdoptionRule.NotUtf8, column);
        var written = value.ToString()!;
        var text = Clean(written, lines);
        if (!ReferenceEquals(text, written))
            Tell(AdoptionRule.ControlCharacters, column);
        if (!lines)
            text = text.Trim();
        if (text.Length > max)
        {
            Tell(AdoptionRule.TooLong, column, value);
            text = string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1), "…");
        }
        return text.Length == 0 ? null : text;
    }

    /// <summary>A word of a documented list; what isn't one is kept, and becomes <paramref name="otherwise"/>.</summary>
    public T Word<T>(string column, T otherwise, AdoptionRule unknown, AdoptionRule? spelling) where T : struct, Enum
    {
        var value = Value(column);
        if (value.IsNothing)
            return otherwise;
        var written = value.ToString()!;
        if (Columns.TryParse<T>(written, out var word))
            return word;
        if (Columns.TryParse(written.Trim().Replace(' ', '_').Replace('-', '_').ToLowerInvariant(), out word))
        {
            Tell(spelling ?? unknown, column, value);
            return word;
        }
        Tell(unknown, column, value);
        return otherwise;
    }

    /// <summary>Cents, from 0 up to what a deal may be worth; with <paramref name="signed"/> as far below 0.</summary>
    /// <returns>Null when nothing was written.</returns>
    public long? Cents(string column, bool signed = false)
    {
        var value = Value(column);
        if (value.IsNothing)
            return null;
        if (LegacyNumbers.Cents(value, out var isRounded) is not { } cents)
        {
            Tell(AdoptionRule.MoneyUnreadable, column, value);
            return 0;
        }
        if (Math.Abs(cents) > Deals.Deal.MaxAmountCents || (cents < 0 && !signed))
        {
            Tell(Math.Abs(cents) > Deals.Deal.MaxAmountCents ? AdoptionRule.MoneyTooLarge : AdoptionRule.MoneyNegative, column, value);
            return 0;
        }
        if (isRounded)
            Tell(AdoptionRule.MoneyRounded, column, value);
        return (long)cents;
    }

    /// <summary>When the row came into being, UTC.</summary>
    public DateTime Created(string column)
    {
        var at = Time(column) ?? _before ?? now;
        _before = at <= now ? at : _before;
        return at;
    }

    /// <summary>UTC; null when nothing can be read, which is told.</summary>
    public DateTime? Time(string column)
    {
        var value = Value(column);
        if (value.IsNothing)
        {
            Tell(AdoptionRule.TimeMissing, column);
            return null;
        }
        if (LegacyNumbers.Time(value) is not { } at)
        {
            Tell(AdoptionRule.TimeUnreadable, column, value);
            return null;
        }
        if (value.Text?.Contains('T') == true)
            Tell(AdoptionRule.TimeIso);
        if (at > now)
            Tell(AdoptionRule.TimeInFuture, column);
        return at;
    }

    public DateOnly? Day(string column)
    {
        var value = Value(column);
        if (value.IsNothing)
            return null;
        if (LegacyNumbers.Day(value) is { } day)
            return day;
        Tell(AdoptionRule.DayUnreadable, column, value);
        return null;
    }

    private static string Clean(string text, bool lines) =>
        text.Any(c => IsStray(c, lines)) ? string.Create(text.Length, (text, lines), (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = IsStray(from.text[i], from.lines) ? ' ' : from.text[i];
        }) : text;

    private static bool IsStray(char c, bool lines) => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t');
}
