using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>Changes an open or finished task, or plans it anew.</summary>
/// <param name="Version">The version the person saw.</param>
public sealed record EditTask(int Id, int Version, TaskPlan Plan)
{
    /// <exception cref="RuleException">Something has to be mended, or the task is gone.</exception>
    /// <exception cref="DbUpdateConcurrencyException">Somebody changed it since; nothing was written.</exception>
    public Task RunAsync(CrmStore store, Actor who, CompanyOptions company)
    {
        Gate.Demand(who, Role.Sales);
        Plan.Demand();
        return store.WriteAsync(who, async db =>
        {
            var task = await db.View.Tasks.FindOpenOrDoneAsync(Id);
            if (task.Version != Version)
                throw new DbUpdateConcurrencyException("The task was changed since it was read.");
            if (Plan.OwnerId != task.OwnerId && !await db.Users.Active().AnyAsync(u => u.Id == Plan.OwnerId))
                throw new RuleException("Choose a colleague from the list.");

            var record = RecordRef.Of(task) is { } about ? await about.FindAsync(db) : null;
            if (task.OwnerId != Plan.OwnerId)
                await TaskRules.DemandSeenAsync(db, Plan.OwnerId, record);
            var (owner, remindAt, before) = (task.OwnerId, task.RemindAt, await StateAsync(db, task, company));
            (task.Kind, task.Title, task.Note, task.DueOn, task.DueAt) = (Plan.Kind, Plan.CleanTitle!, Plan.CleanNote, Plan.DueOn!.Value, Plan.DueAt);
            (task.OwnerId, task.RemindAt, task.RemindByMail) = (Plan.OwnerId, Plan.RemindAt(company), Plan.RemindByMail);
            task.DemandReminderAhead(remindAt, db.Now);
            if (task.RemindAt != remindAt)
                task.RemindedAt = null;
            if (task.OwnerId != owner)
                await Assignment.TellAsync(db, task, record, who);
            FieldEdit[] edits = [.. before.Zip(await StateAsync(db, task, company)).Where(f => f.First.Value != f.Second.Value).Select(f => new FieldEdit(f.First.Field, f.First.Value, f.Second.Value))];
            if (record is not null && edits.Length > 0)
                db.Activities.Add(Activity.OfTask(task, $"changed: {task.Title}", who, db.Now, FieldEdit.ToJson(edits)));
        });
    }

    /// <summary>As people read it in the history.</summary>
    private static async Task<(string Field, string? Value)[]> StateAsync(CrmDbContext db, TaskItem task, CompanyOptions company) =>
    [
        ("kind", Words.Of(task.Kind)), ("title", task.Title), ("due_on", Words.Day(task.DueOn)), ("due_at", task.DueAt?.ToString("HH:mm", CultureInfo.InvariantCulture)),
        ("owner", await db.Users.Where(u => u.Id == task.OwnerId).Select(u => u.Name).SingleOrDefaultAsync()),
        ("reminder", task.RemindAt is { } at ? Words.Moment(at, company) + (task.RemindByMail ? ", also by mail" : "") : null), ("note", task.Note),
    ];
}
