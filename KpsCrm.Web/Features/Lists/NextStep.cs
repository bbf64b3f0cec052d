using System.Linq.Expressions;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Lists;

/// <summary>The earliest open task of a record.</summary>
/// <param name="DueOn">A day of the company's calendar.</param>
public sealed record NextStep(int TaskId, string Title, DateOnly DueOn, TimeOnly? DueAt)
{
    /// <summary>Those of the records of one page, by record; one query for all.</summary>
    /// <param name="of">The task's column that names the record.</param>
    /// <param name="ofThese">Whether it names one of the page's.</param>
    public static async Task<IReadOnlyDictionary<int, NextStep>> OfAsync(CrmView view, Expression<Func<TaskItem, bool>> ofThese, Expression<Func<TaskItem, int?>> of, CancellationToken cancellationToken)
    {
        var open = view.Tasks.Where(t => t.DoneAt == null).Where(ofThese).OrderBy(t => t.DueOn).ThenBy(t => t.Id);
        var record = of.Compile();
        var tasks = await open.Select(t => new TaskItem { Id = t.Id, Title = t.Title, DueOn = t.DueOn, DueAt = t.DueAt, LeadId = t.LeadId, ClientId = t.ClientId, DealId = t.DealId }).ToListAsync(cancellationToken);
        return tasks.GroupBy(t => record(t)!.Value).ToDictionary(g => g.Key, g =>
        {
            // A time of the day comes before "some time that day".
            var first = g.MinBy(t => (t.DueOn, t.DueAt ?? TimeOnly.MaxValue))!;
            return new NextStep(first.Id, first.Title, first.DueOn, first.DueAt);
        });
    }
}
