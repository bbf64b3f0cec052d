namespace KpsCrm.Data.Leads;

/// <summary>What a lead is probably worth, before anyone has spoken to it. Source: the compatibility contract, "Lead value estimation".</summary>
public static class LeadValue
{
    /// <summary>The services the firm offers and their base value in cents, in the order the form shows them.</summary>
    public static IReadOnlyDictionary<string, long> Services { get; } = new OrderedDictionary<string, long>(StringComparer.OrdinalIgnoreCase)
    {
        ["QuickBooks Consulting"] = 2_500_00,
        ["QuickBooks Setup"] = 2_500_00,
        ["Monthly Bookkeeping"] = 5_000_00,
        ["Payroll Services"] = 5_000_00,
        ["Tax Preparation"] = 3_000_00,
        ["HR Services"] = 7_500_00,
        ["Technology Consulting"] = 15_000_00,
        ["Business Operations"] = 10_000_00,
        ["Business Consulting"] = 8_000_00,
        ["The Modern Suite"] = 25_000_00,
        ["HVAC Consulting"] = 12_000_00,
        ["Electrical Consulting"] = 12_000_00,
    };

    /// <summary>The budget ranges the form offers.</summary>
    public static IReadOnlyList<string> BudgetRanges { get; } = ["Under $5,000", "$5,000 - $15,000", "$15,000 - $50,000", "$50,000+"];

    private const long UnknownServiceCents = 5_000_00;
    private static readonly int[] Percent = [50, 100, 150, 200];

    /// <summary>base(service) × factor(budget), rounded to whole dollars. An unknown service counts 5,000 dollars, an unknown budget 1.0.</summary>
    /// <returns>Cents.</returns>
    public static long EstimateCents(string? service, string? budgetRange, long? budgetCents = null)
    {
        var baseCents = service is not null && Services.TryGetValue(service.Trim(), out var known) ? known : UnknownServiceCents;
        var range = RangeOf(budgetRange, budgetCents);
        var cents = range is { } i ? baseCents * Percent[i] / 100 : baseCents;
        return (long)Math.Round(cents / 100m, MidpointRounding.AwayFromZero) * 100;
    }

    /// <summary>A budget of 50,000 dollars or more makes a lead urgent enough to be called first.</summary>
    public static Priority PriorityFor(string? budgetRange, long? budgetCents = null) =>
        RangeOf(budgetRange, budgetCents) == 3 ? Priority.High : Priority.Medium;

    private static int? RangeOf(string? budgetRange, long? budgetCents)
    {
        if (budgetCents is { } cents)
            return cents switch { < 5_000_00 => 0, < 15_000_00 => 1, < 50_000_00 => 2, _ => 3 };

        var index = budgetRange is null ? -1 : BudgetRanges.ToList().FindIndex(r => r.Equals(budgetRange.Trim(), StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index;
    }
}
