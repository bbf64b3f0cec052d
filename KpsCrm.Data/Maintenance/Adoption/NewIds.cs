using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>The numbers of a table's rows: the older system's own, where they can be.</summary>
internal sealed class NewIds : IDisposable
{
    /// <summary>Leaves room for what comes after.</summary>
    private const long Largest = 2_000_000_000;

    private readonly Dictionary<long, int> _renumbered = [];
    private readonly NewRows _taken;
    private readonly bool _mayRepeat, _keepsNone;
    private int _last;

    /// <param name="old">The table in the older system's file; null where it has none of it.</param>
    public NewIds(SqliteConnection file, string table, SqliteConnection source, LegacyTable? old)
    {
        _taken = new NewRows(file, $"SELECT 1 FROM {table} WHERE id = ?");
        _mayRepeat = old is { HasKey: false };
        var here = Number(file, $"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0), coalesce((SELECT max(id) FROM {table}), 0))");
        // The audit trail of this program's own time: its rows are hashed with their numbers, so those of the older system make way.
        _keepsNone = here > 0;
        var there = old?.PlaceOf("id") is null ? old?.Rows ?? 0 : Math.Max(
            Number(source, $"SELECT max(id) FROM {table} WHERE typeof(id) = 'integer' AND id BETWEEN 1 AND {Largest}"),
            LegacyFile.Ask(source, "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'") == "1" ? Number(source, $"SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}' COLLATE NOCASE AND seq BETWEEN 1 AND {Largest}") : 0);
        _last = (int)Math.Max(here, there);
    }

    /// <summary>The number the next row gets: what the older system ever gave away is not given again.</summary>
    public int Last => _last;

    public int For(LegacyRow row)
    {
        var number = row.Number;
        if (!_keepsNone && row.HasNumber && number is > 0 and <= Largest && !(_mayRepeat && IsThere(number)))
        {
            _last = Math.Max(_last, (int)number);
            return (int)number;
        }
        row.Tell(AdoptionRule.IdRenumbered);
        var id = ++_last;
        if (row.HasNumber)
            _renumbered.TryAdd(number, id);
        return id;
    }

    /// <summary>Where a row of the older system is found now; null when there is none.</summary>
    public int? Now(long number) =>
        number is > 0 and <= Largest && IsThere(number) ? (int)number : _renumbered.TryGetValue(number, out var id) ? id : null;

    private bool IsThere(long number) => _taken.With(number).Finds();

    private static long Number(SqliteConnection file, string sql) => long.Parse(LegacyFile.Ask(file, sql) ?? "0", CultureInfo.InvariantCulture);

    public void Dispose() => _taken.Dispose();
}
