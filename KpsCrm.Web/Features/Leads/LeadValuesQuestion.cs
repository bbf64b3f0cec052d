using System.Linq.Expressions;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Leads;

/// <summary>The sources, services or cities that leads have, the most frequent first.</summary>
/// <param name="Field">The key of the filter.</param>
public sealed record LeadValuesQuestion(string Field) : IQuestion<IReadOnlyList<string>>
{
    private const int Most = 30;

    public Topics Of => Topics.Leads;

    public async Task<IReadOnlyList<string>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        Expression<Func<Lead, string?>> value = Field switch { "source" => l => l.Source, "service" => l => l.Service, _ => l => l.City };
        return await view.Leads.Select(value).Where(v => v != null && v != "").GroupBy(v => v!)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Select(g => g.Key).Take(Most).ToListAsync(cancellationToken);
    }
}
