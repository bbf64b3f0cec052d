using System.Text.Json.Serialization;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>The documented JSON: camelCase keys, money in dollars, the newest rows under their columns' names.</summary>
public sealed record AnalyticsData(AnalyticsKpis Kpis, RecentRows RecentActivity, AnalyticsCharts Charts)
{
    public static AnalyticsData Of(DashboardFigures figures, Newest newest) => new(
        new((int)figures.TotalLeads.All, (int)figures.TotalClients.All, figures.Revenue.All / 100m, (int)figures.MonthlyLeads.Value, figures.ConversionRate.All, figures.Pipeline.All / 100m),
        new(newest.Leads, newest.Clients),
        new([.. figures.Sources.Select(s => new SourceCount(s.Name ?? "unknown", s.Count))], newest.Months));
}

public sealed record AnalyticsKpis(int TotalLeads, int TotalClients, decimal TotalRevenue, int MonthlyLeads, decimal ConversionRate, decimal PipelineValue);

public sealed record RecentRows(IReadOnlyList<NewestLead> Leads, IReadOnlyList<NewestClient> Clients);

public sealed record AnalyticsCharts(IReadOnlyList<SourceCount> LeadSources, IReadOnlyList<MonthTrend> MonthlyTrends);

public sealed record SourceCount(string Source, int Count);

/// <param name="Month"><c>YYYY-MM</c> of the company's calendar.</param>
/// <param name="AverageValue">Dollars.</param>
public sealed record MonthTrend(string Month, int Leads, [property: JsonPropertyName("avg_value")] decimal AverageValue);

public sealed record NewestLead(
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("phone")] string? Phone,
    [property: JsonPropertyName("company")] string? Company,
    [property: JsonPropertyName("service")] string? Service,
    [property: JsonPropertyName("timeline")] string? Timeline,
    [property: JsonPropertyName("budget")] object? Budget,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("priority")] string Priority,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("value")] decimal Value,
    [property: JsonPropertyName("city")] string? City,
    [property: JsonPropertyName("state")] string? State,
    [property: JsonPropertyName("country")] string? Country,
    [property: JsonPropertyName("assigned_to")] string? AssignedTo,
    [property: JsonPropertyName("notes")] string? Notes,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("updated_at")] DateTime UpdatedAt);

public sealed record NewestClient(
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("lead_id")] int? LeadId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("phone")] string? Phone,
    [property: JsonPropertyName("company")] string? Company,
    [property: JsonPropertyName("total_value")] decimal TotalValue,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("notes")] string? Notes,
    [property: JsonPropertyName("joined_at")] DateTime JoinedAt,
    [property: JsonPropertyName("updated_at")] DateTime UpdatedAt);
