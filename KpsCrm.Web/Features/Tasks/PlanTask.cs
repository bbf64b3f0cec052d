using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>Plans a task, for oneself or for a colleague, whose bell it rings.</summary>
/// <param name="About">The lead, client or deal; null for a task that is about none.</param>
public sealed record PlanTask(RecordRef? About, TaskPlan Plan)
{
    /// <returns>The task's id.</returns>
    /// <exception cref="RuleException">Something has to be mended, or the record is gone.</exception>
    public async Task<int> RunAsync(CrmStore store, Actor who, CompanyOptions company)
    {
        Gate.Demand(who, Role.Sales);
        return (await store.WriteAsync(who, db => AddAsync(db, who, company))).Id;
    }

    /// <summary>The plan itself, for a save that does more.</summary>
    internal async Task<TaskItem> AddAsync(CrmDbContext db, Actor who, CompanyOptions company)
    {
        Plan.Demand();
        var record = About is { } about ? await about.FindAsync(db) ?? throw new RuleException($"This {about.Noun} is no longer there.") : null;
        if (!await db.Users.Active().AnyAsync(u => u.Id == Plan.OwnerId))
            throw new RuleException("Choose a colleague from the list.");
        await TaskRules.DemandSeenAsync(db, Plan.OwnerId, record);

        var task = new TaskItem
        {
            Kind = Plan.Kind,
            Title = Plan.CleanTitle!,
            Note = Plan.CleanNote,
            DueOn = Plan.DueOn!.Value,
            DueAt = Plan.DueAt,
            OwnerId = Plan.OwnerId,
            Lead = record as Lead,
            Client = record as Client,
            Deal = record as Deal,
            RemindAt = Plan.RemindAt(company),
            RemindByMail = Plan.RemindByMail,
            CreatedById = who.UserId,
            CreatedAt = db.Now,
        };
        task.DemandReminderAhead(null, db.Now);
        db.Tasks.Add(task);
        if (record is not null)
            db.Activities.Add(Activity.OfTask(task, $"planned for {Words.Day(task.DueOn)}: {task.Title}", who, db.Now));
        await Assignment.TellAsync(db, task, record, who);
        return task;
    }
}
