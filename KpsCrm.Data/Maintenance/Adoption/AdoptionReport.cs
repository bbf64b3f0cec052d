using System.Globalization;
using System.Text;

namespace KpsCrm.Data.Maintenance;

/// <summary>What the adoption did: rows read and written per table, how often each rule was needed and where first, the figures before and after.</summary>
public sealed class AdoptionReport
{
    private const int FewIds = 20;

    private readonly Dictionary<(string Table, AdoptionRule Rule), Tally> _rules = [];
    private readonly SortedDictionary<string, (long Read, long Written)> _tables = new(StringComparer.Ordinal);

    /// <summary>Rows read and written, per table.</summary>
    public IReadOnlyDictionary<string, (long Read, long Written)> Tables => _tables;

    /// <summary>Dollars, as the older system's dashboard counted, and as this one's does.</summary>
    public IReadOnlyList<(string Name, decimal Before, decimal After)> Figures { get; internal set; } = [];

    /// <summary>Rows that a person should look at, each rule for itself.</summary>
    public long ToLookAt => _rules.Where(r => r.Key.Rule.Look).Sum(r => r.Value.Count);

    internal void Count(string table, AdoptionRule rule, long id)
    {
        if (!_rules.TryGetValue((table, rule), out var tally))
            _rules[(table, rule)] = tally = new();
        tally.Count++;
        if (tally.First.Count < FewIds && !tally.First.Contains(id))
            tally.First.Add(id);
    }

    internal void Rows(string table, long read, long written) => _tables[table] = (read, written);

    /// <summary>How often the rule with this key was needed in a table.</summary>
    public long CountOf(string table, string rule) => _rules.Where(r => r.Key.Table == table && r.Key.Rule.Key == rule).Sum(r => r.Value.Count);

    /// <summary>For the console: a line per table, and one for each rule that wants a person's eyes.</summary>
    public IEnumerable<string> Short()
    {
        foreach (var (table, (read, written)) in _tables)
            yield return string.Create(CultureInfo.InvariantCulture, $"  {table,-20}{read,12:N0} read {written,12:N0} written");
        foreach (var ((table, rule), tally) in _rules.Where(r => r.Key.Rule.Look))
            yield return string.Create(CultureInfo.InvariantCulture, $"  look at {tally.Count:N0} in {table}: {rule.Sentence} ({Ids(tally, 5)})");
        foreach (var (name, before, after) in Figures.Where(f => f.Before != f.After))
            yield return string.Create(CultureInfo.InvariantCulture, $"  {name}: {before:N2} before, {after:N2} now; the report says which rows make the difference");
    }

    /// <param name="about">Lines for its head: from where, to where, when.</param>
    public string Whole(IEnumerable<string> about)
    {
        var text = new StringBuilder();
        foreach (var line in about)
            text.AppendLine(line);
        text.AppendLine().AppendLine("ROWS");
        foreach (var (table, (read, written)) in _tables)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {table,-20}{read,12:N0} read {written,12:N0} written");
        text.AppendLine().AppendLine("FIGURES (as the older system's dashboard counted them, and as this one's does)");
        foreach (var (name, before, after) in Figures)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-20}{before,18:N2} before {after,18:N2} now{(before == after ? "" : $"   difference {after - before:N2}")}");
        foreach (var look in new[] { true, false })
        {
            text.AppendLine().AppendLine(look ? "TO LOOK AT (number of rows, what was found and what became of it, ids)" : "CARRIED BY RULE (nothing to do)");
            foreach (var ((table, rule), tally) in _rules.Where(r => r.Key.Rule.Look == look).OrderBy(r => r.Key.Table, StringComparer.Ordinal).ThenByDescending(r => r.Value.Count))
                text.AppendLine(CultureInfo.InvariantCulture, $"  {table,-18}{tally.Count,10:N0}  {rule.Key}: {rule.Sentence}{(look ? $" [{Ids(tally, FewIds)}]" : "")}");
        }
        return text.ToString();
    }

    private static string Ids(Tally tally, int most) => string.Join(", ", tally.First.Take(most)) + (tally.Count > Math.Min(most, tally.First.Count) ? ", …" : "");

    private sealed class Tally
    {
        public long Count { get; set; }
        public List<long> First { get; } = [];
    }
}
