using System.Globalization;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Web.Features.Dashboard;

namespace KpsCrm.Web.Features.Health;

/// <summary>Every figure of the dashboard, found a second time by going through all rows one by one, past every index, at the same moment.</summary>
internal sealed class FigureCheck(CompanyOptions company) : IDataCheck
{
    /// <summary>Beyond this many the dashboard takes the latest only, and which of one day is nobody's business.</summary>
    private const int MostForMedian = 1_000;

    public string Name => "Figures of the dashboard";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var shown = await new DashboardQuestion(Period.Default, null, company).AskAsync(run.View, cancellationToken);
        var plain = new PlainFigures(shown.Span, new(shown.Today.AddDays(-29), shown.Today), company);
        await foreach (var row in run.RowsAsync($"SELECT created_at, value_cents, source, city FROM {run.Whole("leads")} WHERE deleted_at IS NULL", cancellationToken))
            plain.AddLead(row.GetDateTime(0), Number(row, 1), Text(row, 2), Text(row, 3));
        await foreach (var _ in run.RowsAsync($"SELECT 1 FROM {run.Whole("clients")} WHERE deleted_at IS NULL AND status = 'active'", cancellationToken))
            plain.Clients++;
        await foreach (var row in run.RowsAsync($"SELECT d.status, d.amount_cents, d.probability, d.actual_close_date, l.created_at FROM {run.Whole("deals", "d")} LEFT JOIN leads l ON l.id = d.lead_id AND l.deleted_at IS NULL WHERE d.deleted_at IS NULL", cancellationToken))
            plain.AddDeal(Text(row, 0)!, Number(row, 1), Number(row, 2), row.IsDBNull(3) ? null : row.GetFieldValue<DateOnly>(3), row.IsDBNull(4) ? null : row.GetDateTime(4));

        Compare("all leads", shown.TotalLeads.All, plain.Leads);
        Compare("leads of the last 30 days", shown.MonthlyLeads.Value, plain.LeadsOfMonth);
        Compare("active clients", shown.TotalClients.All, plain.Clients);
        Compare("conversion rate", shown.ConversionRate.All, plain.Leads == 0 ? 0 : Math.Round(plain.Clients * 100m / plain.Leads, 1, MidpointRounding.AwayFromZero));
        Compare("revenue in cents", shown.Revenue.All, plain.WonCents);
        Compare("pipeline in cents", shown.Pipeline.All, plain.OpenCents);
        Compare("weighted pipeline in cents", shown.WeightedCents, plain.WeightedCents / 100);
        Compare("win rate", shown.WinRate, plain.WonIn + plain.LostIn == 0 ? null : Math.Round(plain.WonIn * 100m / (plain.WonIn + plain.LostIn), 1, MidpointRounding.AwayFromZero));
        Compare("average won deal in cents", shown.AverageWonCents, plain.WonIn == 0 ? null : plain.WonInCents / plain.WonIn);
        if (plain.DaysToWon.Count <= MostForMedian)
            Compare("days from lead to won", shown.MedianDaysToWon, plain.Median);
        CompareAll("leads by source", shown.Sources.ToDictionary(s => s.Name ?? "", s => (decimal)s.Count), plain.Sources);
        CompareAll("leads by city", shown.Cities.ToDictionary(s => s.Name ?? "", s => (decimal)s.Count), plain.Cities);
        CompareAll("leads by month", shown.Trends.Where(t => t.Leads > 0).ToDictionary(t => t.Bucket.LongLabel, t => (decimal)t.Leads), plain.LeadsIn(shown.Trends.Select(t => t.Bucket)));
        CompareAll("revenue by month in cents", shown.RevenueByMonth.Where(t => t.Deals > 0).ToDictionary(t => t.Bucket.LongLabel, t => (decimal)t.Cents), plain.RevenueIn(shown.RevenueByMonth.Select(t => t.Bucket)));
        CompareAll("deals by stage", shown.Stages.Where(s => s.All > 0).ToDictionary(s => Data.Columns.Word(s.Stage), s => (decimal)s.All), plain.Stages);

        void CompareAll(string what, Dictionary<string, decimal> says, Dictionary<string, decimal> counted)
        {
            foreach (var name in says.Keys.Union(counted.Keys).Order(StringComparer.Ordinal))
                Compare($"{what}, {(name.Length == 0 ? "not known" : name)}", says.GetValueOrDefault(name), counted.GetValueOrDefault(name));
        }

        void Compare(string what, decimal? says, decimal? counted)
        {
            if (says != counted)
                run.Tell(Gravity.Wrong, string.Create(CultureInfo.InvariantCulture, $"The dashboard says {says?.ToString("0.##", CultureInfo.InvariantCulture) ?? "nothing"} for {what}; counted row by row it is {counted?.ToString("0.##", CultureInfo.InvariantCulture) ?? "nothing"}."));
        }
    }

    private static long Number(System.Data.Common.DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    private static string? Text(System.Data.Common.DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
