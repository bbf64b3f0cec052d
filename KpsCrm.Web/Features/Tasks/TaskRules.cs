using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;

namespace KpsCrm.Web.Features.Tasks;

internal static class TaskRules
{
    /// <exception cref="RuleException">With the first sentence of <see cref="TaskPlan.Check"/>.</exception>
    public static void Demand(this TaskPlan plan)
    {
        if (plan.Check() is [var first, ..])
            throw new RuleException(first.Sentence);
    }

    /// <summary>A reminder that is chosen now must lie ahead; one that rang long ago may stay.</summary>
    public static void DemandReminderAhead(this TaskItem task, DateTime? before, DateTime now)
    {
        if (task.RemindAt is { } at && at != before && at <= now)
            throw new RuleException("That reminder would have rung already. Choose a later one, or none.");
    }

    /// <summary>A task shows its record: it is given to nobody who may not see that.</summary>
    public static async Task DemandSeenAsync(CrmDbContext db, int? owner, IEditable? record)
    {
        if (owner is { } person && (await db.WhoSeeAsync([person], record)).Count == 0)
            throw new RuleException("This colleague may not see what the task is about. Choose someone who may.");
    }
}
