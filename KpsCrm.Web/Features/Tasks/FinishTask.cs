using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>Marks a task done. That counts as its record's activity.</summary>
public sealed record FinishTask(int Id)
{
    /// <exception cref="RuleException">It is done already, or gone.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            var task = await db.View.Tasks.FindOpenOrDoneAsync(Id);
            if (task.DoneAt is not null && task.DoneById != who.UserId && await db.Users.Where(u => u.Id == task.DoneById).Select(u => u.Name).FirstOrDefaultAsync() is { } other)
                throw new RuleException($"{other} has finished this task already.");

            var activity = task.Finish(who, db.Now);
            if (RecordRef.Of(task) is not null)
            {
                db.Activities.Add(activity);
                await db.HappenedAsync(activity);
            }
            return true;
        }));
    }
}

/// <summary>Takes <see cref="FinishTask"/> back.</summary>
public sealed record ReopenTask(int Id)
{
    /// <exception cref="RuleException">It is open, or gone.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => store.WriteAsync(who, async db =>
        {
            var task = await db.View.Tasks.FindOpenOrDoneAsync(Id);
            var activity = task.Reopen(who, db.Now);
            if (RecordRef.Of(task) is not null)
                db.Activities.Add(activity);
            return true;
        }));
    }
}

internal static class TaskLookup
{
    /// <exception cref="RuleException">It is gone.</exception>
    public static async Task<TaskItem> FindOpenOrDoneAsync(this IQueryable<TaskItem> tasks, int id) =>
        await tasks.Include(t => t.Deal).SingleOrDefaultAsync(t => t.Id == id) ?? throw new RuleException("This task is no longer there.");
}
