using System.Globalization;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Dashboard;

/// <param name="Kpi">The stable hook.</param>
/// <param name="Value">The bare number: dollars, a count, percent or days.</param>
/// <param name="Href">The list with exactly the rows that were counted.</param>
public sealed record Tile(string Kpi, string Title, string Definition, decimal? Value, string Text, string Href, Change? Change = null, IReadOnlyList<decimal>? Line = null);

/// <summary>Said with an arrow and a word, so that it needs no colour.</summary>
public sealed record Change(char Arrow, string Amount, string Than)
{
    /// <param name="since">"30 days ago", "in the 30 days before": what follows "than".</param>
    /// <param name="points">The figure is a percentage; its change is told in points.</param>
    public static Change? Of(decimal now, decimal? before, string since, bool points = false)
    {
        if (before is not { } was)
            return null;
        if (now == was)
            return new('→', "As many", $"as {since}");
        var arrow = now > was ? '↑' : '↓';
        if (points)
            return new(arrow, $"{Number(Math.Abs(now - was), "0.0")} points {(now > was ? "more" : "less")}", $"than {since}");
        if (was == 0)
            return new(arrow, "Up from none", since);
        // "1,900 % more" is true, but not how anyone says it.
        if (now >= was * 10)
            return new(arrow, $"{Number(Math.Round(now / was), "#,0")} times", $"what it was {since}");
        return new(arrow, $"{Number(Math.Abs((now - was) / was * 100), "0")}% {(now > was ? "more" : "less")}", $"than {since}");
    }

    private static string Number(decimal number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}

public static class DashboardTiles
{
    public static IReadOnlyList<Tile> Large(DashboardFigures f, Period period, int? owner)
    {
        var ranged = period.IsChosen && period.Key != "all";
        var days = f.Compared;
        // A total grows out of what it was; what happened in a range is compared with the range before.
        var than = ranged ? $"in {period.BeforeInWords}" : "30 days ago";
        var leads = ranged ? DashboardCharts.LeadsOf(days, owner) : new LeadFilter { OwnerId = owner };
        var clients = new ClientFilter { Status = Data.Clients.ClientStatus.Active, OwnerId = owner, From = ranged ? days.From : null, To = ranged ? days.To : null };
        var won = ranged ? DashboardCharts.DealsWon(days, owner) : new DealFilter { Stage = "closed_won", OwnerId = owner };
        return
        [
            new("total-leads", ranged ? "New leads" : "Total leads", ranged ? "Leads created in the range." : "All leads ever received, whatever became of them.",
                f.TotalLeads.Value, Count(f.TotalLeads.Value), leads.Href, Change.Of(f.TotalLeads.Value, f.TotalLeads.Before, than), f.TotalLeads.Line),
            new("monthly-leads", "Leads, last 30 days", "Leads created today and on the 29 days before, whatever range is chosen.",
                f.MonthlyLeads.Value, Count(f.MonthlyLeads.Value), DashboardCharts.LeadsOf(new(f.Today.AddDays(-29), f.Today), owner).Href, Change.Of(f.MonthlyLeads.Value, f.MonthlyLeads.Before, "in the 30 days before"), f.MonthlyLeads.Line),
            new("total-clients", ranged ? "New clients" : "Active clients", ranged ? "Clients who joined in the range and are active." : "Clients whose status is active.",
                f.TotalClients.Value, Count(f.TotalClients.Value), clients.Href, Change.Of(f.TotalClients.Value, f.TotalClients.Before, than), f.TotalClients.Line),
            new("conversion-rate", "Conversion rate", $"Active clients ÷ leads, in percent{(ranged ? ", both counted in the range" : "")}. The list shows these clients.",
                f.ConversionRate.Value, f.ConversionRate.Value.ToString("0.0", CultureInfo.InvariantCulture) + "%", clients.Href, Change.Of(f.ConversionRate.Value, f.ConversionRate.Before, than, points: true), f.ConversionRate.Line),
            new("revenue", "Revenue", ranged ? "Sum of the deals won in the range, by their close date." : "Sum of all won deals.",
                Dollars(f.Revenue.Value), Money(f.Revenue.Value), won.Href, Change.Of(f.Revenue.Value, f.Revenue.Before, than), f.Revenue.Line),
            new("pipeline-value", "Pipeline value", "Sum of the deals in Proposal, Negotiation and Review as they stand now. Earlier values are reckoned with today's amounts.",
                Dollars(f.Pipeline.Value), Money(f.Pipeline.Value), Open(owner), Change.Of(f.Pipeline.Value, f.Pipeline.Before, ranged ? "when the range began" : "30 days ago"), f.Pipeline.Line),
        ];
    }

    public static IReadOnlyList<Tile> Small(DashboardFigures f, Period period, int? owner)
    {
        var within = period.IsChosen ? "in the range" : "in the last 12 months";
        var won = DashboardCharts.DealsWon(f.Span, owner);
        return
        [
            new("weighted-pipeline", "Weighted pipeline", "Open deals, each amount × its probability.", f.WeightedCents / 100m, Money(f.WeightedCents), Open(owner)),
            new("win-rate", "Win rate", $"Won ÷ (won + lost) of the deals closed {within}.", f.WinRate, f.WinRate is { } rate ? rate.ToString("0.0", CultureInfo.InvariantCulture) + "%" : "–", (won with { Stage = DealFilter.Closed }).Href),
            new("average-won-deal", "Average won deal", $"Mean amount of the deals won {within}.", f.AverageWonCents / 100m, f.AverageWonCents is { } cents ? Money(cents) : "–", won.Href),
            new("days-to-won", "Lead to won", $"Median days from a lead's arrival to its won deal, for deals won {within} (the latest 1,000 at most).", f.MedianDaysToWon, f.MedianDaysToWon is { } d ? Words.Count(d, "day") : "–", won.Href),
        ];
    }

    private static string Open(int? owner) => new DealFilter { Stage = DealFilter.Open, OwnerId = owner }.Href;

    private static decimal Dollars(decimal cents) => cents / 100m;

    private static string Count(decimal count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Whole dollars; from ten millions on in millions, which is all a tile can say.</summary>
    private static string Money(decimal cents) => cents >= 10_000_000_00m
        ? (cents / 100m / 1_000_000m).ToString(cents >= 1_000_000_000_00m ? "$#,0M" : "$#,0.0M", CultureInfo.InvariantCulture)
        : Settings.Money((long)cents);
}
