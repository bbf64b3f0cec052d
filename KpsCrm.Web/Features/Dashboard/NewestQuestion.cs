using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Dashboard;

public sealed record Newest(IReadOnlyList<NewestLead> Leads, IReadOnlyList<NewestClient> Clients, IReadOnlyList<MonthTrend> Months);

/// <summary>What the analytics endpoint says beside the figures: the newest rows, and the latest months in which leads came.</summary>
public sealed record NewestQuestion(CompanyOptions Company) : IQuestion<Newest>
{
    private const int Rows = 5;
    private const int Months = 6;

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Deals | Topics.Users;

    public async Task<Newest> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var leads = await view.Leads.OrderByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id).Take(Rows)
            .Select(l => new { Lead = l, Owner = l.Owner!.Name }).ToListAsync(cancellationToken);
        var clients = await view.Clients.OrderByDescending(c => c.JoinedAt).ThenByDescending(c => c.Id).Take(Rows).ToListAsync(cancellationToken);
        return new(
            [.. leads.Select(x => x.Lead is var l ? new NewestLead(l.Id, l.Name, l.Email, l.Phone, l.Company, l.Service, l.Timeline, l.BudgetCents is { } cents ? cents / 100m : l.BudgetRange,
                Columns.Word(l.Status), Columns.Word(l.Priority), l.Source, l.ValueCents / 100m, l.City, l.State, l.Country, x.Owner ?? l.AssignedTo, l.Notes, l.CreatedAt, l.UpdatedAt) : null!)],
            [.. clients.Select(c => new NewestClient(c.Id, c.LeadId, c.Name, c.Email, c.Phone, c.Company, c.TotalValueCents / 100m, Columns.Word(c.Status), c.Notes, c.JoinedAt, c.UpdatedAt))],
            await LatestMonthsAsync(view.Leads, cancellationToken));
    }

    /// <summary>Steps from month to month that has leads, however long ago; each step is two looks into one index.</summary>
    private async Task<IReadOnlyList<MonthTrend>> LatestMonthsAsync(IQueryable<Lead> leads, CancellationToken cancellationToken)
    {
        var trends = new List<MonthTrend>();
        for (var earlier = leads; trends.Count < Months && await earlier.MaxAsync(l => (DateTime?)l.CreatedAt, cancellationToken) is { } latest;)
        {
            var day = Company.DayOf(latest);
            var month = new DaySpan(new(day.Year, day.Month, 1), new DateOnly(day.Year, day.Month, 1).AddMonths(1).AddDays(-1));
            var totals = await SpanTotals.CountAsync(leads.Select(l => new Moment { At = l.CreatedAt, Cents = l.ValueCents }), [month], Company, cancellationToken);
            trends.Insert(0, new(month.From.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture), totals[month].Count, Math.Round(totals[month].Cents / 100m / totals[month].Count, 2)));
            var (before, _) = month.Utc(Company);
            earlier = leads.Where(l => l.CreatedAt < before);
        }
        return trends;
    }
}
