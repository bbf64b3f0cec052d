using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Health;

/// <summary>The dashboard's figures as somebody with all rows and a pencil would find them.</summary>
/// <param name="span">The days the charts show.</param>
/// <param name="month">The last thirty days.</param>
internal sealed class PlainFigures(DaySpan span, DaySpan month, CompanyOptions company)
{
    private readonly Dictionary<DateOnly, int> _leadsOn = [];
    private readonly Dictionary<DateOnly, long> _wonOn = [];

    public int Leads { get; private set; }
    public int LeadsOfMonth { get; private set; }
    public int Clients { get; set; }
    public long WonCents { get; private set; }
    public long OpenCents { get; private set; }

    /// <summary>Hundredths of cents.</summary>
    public long WeightedCents { get; private set; }

    public int WonIn { get; private set; }
    public int LostIn { get; private set; }
    public long WonInCents { get; private set; }
    public List<int> DaysToWon { get; } = [];
    public Dictionary<string, decimal> Sources { get; } = [];
    public Dictionary<string, decimal> Cities { get; } = [];
    public Dictionary<string, decimal> Stages { get; } = [];

    public int? Median => DaysToWon.Order().ToList() is { Count: > 0 } days ? (days[(days.Count - 1) / 2] + days[days.Count / 2]) / 2 : null;

    public void AddLead(DateTime createdAt, long cents, string? source, string? city)
    {
        var day = company.DayOf(createdAt);
        Leads++;
        if (month.Contains(day))
            LeadsOfMonth++;
        if (!span.Contains(day))
            return;
        Count(_leadsOn, day);
        Sources[Known(source)] = Sources.GetValueOrDefault(Known(source)) + 1;
        Cities[Known(city)] = Cities.GetValueOrDefault(Known(city)) + 1;
    }

    public void AddDeal(string stage, long cents, long probability, DateOnly? closedOn, DateTime? leadCreatedAt)
    {
        Stages[stage] = Stages.GetValueOrDefault(stage) + 1;
        var isWon = stage == "closed_won";
        if (!isWon && stage != "closed_lost")
        {
            OpenCents += cents;
            WeightedCents += cents * probability;
            return;
        }
        if (isWon)
            WonCents += cents;
        if (closedOn is not { } on || !span.Contains(on))
            return;
        if (!isWon)
        {
            LostIn++;
            return;
        }
        WonIn++;
        WonInCents += cents;
        _wonOn[on] = _wonOn.GetValueOrDefault(on) + cents;
        if (leadCreatedAt is { } created)
            DaysToWon.Add(Math.Max(0, on.DayNumber - company.DayOf(created).DayNumber));
    }

    public Dictionary<string, decimal> LeadsIn(IEnumerable<Bucket> buckets) => In(buckets, _leadsOn.Select(l => (l.Key, (decimal)l.Value)));

    public Dictionary<string, decimal> RevenueIn(IEnumerable<Bucket> buckets) => In(buckets, _wonOn.Select(w => (w.Key, (decimal)w.Value)));

    private static Dictionary<string, decimal> In(IEnumerable<Bucket> buckets, IEnumerable<(DateOnly Day, decimal Value)> days) =>
        days.GroupBy(d => buckets.Single(b => b.Days.Contains(d.Day)).LongLabel).ToDictionary(g => g.Key, g => g.Sum(d => d.Value));

    private static void Count(Dictionary<DateOnly, int> days, DateOnly day) => days[day] = days.GetValueOrDefault(day) + 1;

    private static string Known(string? name) => string.IsNullOrWhiteSpace(name) ? "" : name;
}
