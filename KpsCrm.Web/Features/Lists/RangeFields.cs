using System.Globalization;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Lists;

/// <param name="From">Included; null for no limit.</param>
/// <param name="To">Included; null for no limit.</param>
/// <param name="IsNone">The rows without a day.</param>
public sealed record DayRange(DateOnly? From, DateOnly? To, bool IsNone)
{
    /// <summary>The moments in UTC at which the range begins and has ended.</summary>
    public (DateTime? From, DateTime? Until) Utc(CompanyOptions company) => (From is { } from ? company.StartOf(from) : null, To is { } to ? company.StartOf(to.AddDays(1)) : null);
}

/// <summary>Days of the company's calendar: by word (<c>created=this-month</c>), by range (<c>from</c>, <c>to</c>), or both.</summary>
public sealed class DayField(string key, string label, string from, string to, IReadOnlyList<DayWord> words) : FilterField(key, label)
{
    public IReadOnlyList<DayWord> Words => words;
    public string FromKey => from;
    public string ToKey => to;
    public override IReadOnlyList<string> Keys => [Key, from, to];

    /// <summary>Null when it doesn't narrow.</summary>
    public DayRange? Days(ListQuery query, DateOnly today)
    {
        var (first, last, word) = (query.Day(from), query.Day(to), Word(query));
        if (word is null)
            return first is null && last is null ? null : new(first, last, false);
        var (wordFrom, wordTo) = word.Days(today);
        return new(Later(first, wordFrom), Earlier(last, wordTo), word == DayWord.None);
    }

    public DayWord? Word(ListQuery query) => words.FirstOrDefault(w => w.Word == query.Text(Key));

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me)
    {
        if (Word(query) is { } word)
            yield return (Key, word.Word);
        foreach (var end in new[] { from, to })
        {
            if (query.Day(end) is { } day)
                yield return (end, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
    }

    public override string? Say(ListQuery query, IReadOnlyList<Person> people)
    {
        var range = Shared.Words.Days(query.Day(from), query.Day(to));
        return (Word(query), range) switch
        {
            (null, "") => null,
            (null, _) => $"{Label} {range}",
            ({ } word, "") => $"{Label}: {word.Name.ToLowerInvariant()}",
            ({ } word, _) => $"{Label}: {word.Name.ToLowerInvariant()}, {range}",
        };
    }

    private static DateOnly? Later(DateOnly? a, DateOnly? b) => a is null || b > a ? b : a;

    private static DateOnly? Earlier(DateOnly? a, DateOnly? b) => a is null || b < a ? b : a;
}

/// <summary>Dollars from and to, both included: <c>value_min=5000&amp;value_max=10000</c>.</summary>
public sealed class MoneyField(string key, string label) : FilterField(key, label)
{
    public string MinKey { get; } = key + "_min";
    public string MaxKey { get; } = key + "_max";
    public override IReadOnlyList<string> Keys => [MinKey, MaxKey];

    /// <summary>In cents; null for no limit.</summary>
    public (long? Min, long? Max) Cents(ListQuery query)
    {
        var (min, max) = (Read(query.Text(MinKey)), Read(query.Text(MaxKey)));
        return min > max ? (max, min) : (min, max);
    }

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me)
    {
        var (min, max) = Cents(query);
        if (min is { } least)
            yield return (MinKey, (least / 100m).ToString("0.##", CultureInfo.InvariantCulture));
        if (max is { } most)
            yield return (MaxKey, (most / 100m).ToString("0.##", CultureInfo.InvariantCulture));
    }

    public override string? Say(ListQuery query, IReadOnlyList<Person> people) => Cents(query) switch
    {
        ({ } min, { } max) => $"{Label} {Settings.Money(min)} – {Settings.Money(max)}",
        ({ } min, null) => $"{Label} from {Settings.Money(min)}",
        (null, { } max) => $"{Label} up to {Settings.Money(max)}",
        _ => null,
    };

    private static long? Read(string? text) =>
        decimal.TryParse(text?.Replace("$", ""), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var dollars) && dollars <= Deal.MaxAmountCents / 100
            ? (long)Math.Round(dollars * 100) : null;
}

/// <summary>Nothing happened for so many days: <c>idle=14</c>. Closed records are left out unless they are asked for.</summary>
public sealed class IdleField() : FilterField("idle", "Idle for")
{
    public const int Most = 3_650;

    public int? Days(ListQuery query) => query.Number(Key) is { } days and > 0 and <= Most ? days : null;

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me) => Days(query) is { } days ? [(Key, days.ToString(CultureInfo.InvariantCulture))] : [];

    public override string? Say(ListQuery query, IReadOnlyList<Person> people) => Days(query) is { } days ? $"Idle {Shared.Words.Count(days, "day")}" : null;
}

/// <summary>What is planned: <c>next=none</c>. Closed records are left out unless they are asked for.</summary>
public sealed class NextStepField() : FilterField("next", "Next step")
{
    public const string None = "none";
    public const string Overdue = "overdue";
    public const string Today = "today";
    public const string Later = "later";

    public static IReadOnlyList<FilterChoice> Choices { get; } = [new(None, "None planned"), new(Overdue, "Overdue"), new(Today, "Today"), new(Later, "Later")];

    public string? Word(ListQuery query) => Choices.FirstOrDefault(c => c.Word == query.Text(Key))?.Word;

    public override IEnumerable<(string Key, string Value)> Tidy(ListQuery query, int? me) => Word(query) is { } word ? [(Key, word)] : [];

    public override string? Say(ListQuery query, IReadOnlyList<Person> people) => Word(query) switch
    {
        null => null,
        None => "No next step",
        var word => $"Next step {word}",
    };
}
