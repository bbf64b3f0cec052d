using System.Linq.Expressions;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Shared;

public sealed record TimelineRow(int Id, ActivityKind Kind, string Actor, string Summary, DateTime At);

/// <summary>What happened to a record, newest first.</summary>
public static class TimelineQuestion
{
    public const int Shown = 50;

    public static async Task<IReadOnlyList<TimelineRow>> AskAsync(CrmView view, Expression<Func<Activity, bool>> of, CancellationToken cancellationToken) =>
        await view.Activities.Where(of).OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(Shown)
            .Select(a => new TimelineRow(a.Id, a.Kind, a.ActorName, a.Summary, a.At)).ToListAsync(cancellationToken);
}
