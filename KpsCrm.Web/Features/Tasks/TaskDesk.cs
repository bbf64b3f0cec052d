using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;
using MudBlazor;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>What every page does with tasks in the same way: done with a way back, the panels, the people to choose from.</summary>
public sealed class TaskDesk(CrmStore store, CurrentActor current, LiveAnswers answers, IDialogService dialogs, ISnackbar snackbar, RecycleDesk bin, CreatePanel panel, CompanyOptions company, TimeProvider clock, ILogger<TaskDesk> log)
{
    public DateOnly Today => company.DayOf(clock.GetUtcNow().UtcDateTime);

    public async Task<IReadOnlyList<Person>> PeopleAsync() => await answers.AskAsync(await current.GetAsync(), new PeopleQuestion());

    /// <summary>For tomorrow, for oneself.</summary>
    public async Task<TaskPlan> NewPlanAsync() => new() { DueOn = Today.AddDays(1), OwnerId = (await current.GetAsync()).UserId };

    public async Task PlanAsync(RecordRef? about, TaskPlan plan)
    {
        await new PlanTask(about, plan).RunAsync(store, await current.GetAsync(), company);
        snackbar.Add($"Planned for {Due.Say(plan.DueOn!.Value, plan.DueAt, Today)}: {plan.CleanTitle}", Severity.Normal);
    }

    /// <param name="see">Gets the task as it is when somebody else has changed it: the person has been told, and saves over it with the next attempt.</param>
    public async Task EditAsync(TaskRow seen, TaskPlan plan, Action<TaskRow> see)
    {
        var who = await current.GetAsync();
        try
        {
            await new EditTask(seen.Id, seen.Version, plan).RunAsync(store, who, company);
        }
        catch (DbUpdateConcurrencyException)
        {
            var now = await answers.AskAsync(who, new TaskQuestion(seen.Id)) ?? throw new RuleException("This task is no longer there.");
            see(now);
            throw new RuleException($"Someone changed this task meanwhile: it is now “{now.Title}”, {Due.Say(now.DueOn, now.DueAt, Today)}, {now.Owner ?? "nobody"}. Save again to put yours in its place.");
        }
    }

    /// <returns>Whether it is done now.</returns>
    public Task<bool> FinishAsync(int id, string title) => DoAsync(who => new FinishTask(id).RunAsync(store, who), $"Done: {title}", who => new ReopenTask(id).RunAsync(store, who));

    public Task<bool> ReopenAsync(int id, string title) => DoAsync(who => new ReopenTask(id).RunAsync(store, who), $"Open again: {title}", who => new FinishTask(id).RunAsync(store, who));

    public Task<bool> DeleteAsync(int id) => bin.DeleteAsync(new(ItemKind.Task, id));

    /// <summary>A record's next step: see it, finish it, plan it.</summary>
    public Task OpenNextStepAsync(RecordRef record, string name) => dialogs.AskAsync<NextStepDialog, object>(name, new() { { d => d.Record, record } });

    public void Open(TaskRow task) => panel.Edit(PanelKind.Task, task.Id);

    public void OpenNew() => panel.Open(PanelKind.Task);

    private async Task<bool> DoAsync(Func<Actor, Task> act, string done, Func<Actor, Task> undo)
    {
        var did = false;
        await snackbar.TryAsync(log, async () =>
        {
            var who = await current.GetAsync();
            await act(who);
            did = true;
            snackbar.Add(done, Severity.Normal, toast =>
            {
                toast.Action = "Undo";
                toast.OnClick = _ => snackbar.TryAsync(log, () => undo(who));
            });
        });
        return did;
    }
}

public static class TaskServices
{
    public static IServiceCollection AddTasks(this IServiceCollection services) => services.AddScoped<TaskDesk>();
}
