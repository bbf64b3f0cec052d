using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using MudBlazor;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>What every page does with tasks in the same way: done with a way back, the panels, the people to choose from.</summary>
public sealed class TaskDesk(CrmStore store, CurrentActor current, LiveAnswers answers, IDialogService dialogs, ISnackbar snackbar, RecycleDesk bin, CompanyOptions company, TimeProvider clock, ILogger<TaskDesk> log)
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

    public async Task EditAsync(TaskRow seen, TaskPlan plan) => await new EditTask(seen.Id, seen.Version, plan).RunAsync(store, await current.GetAsync(), company);

    /// <returns>Whether it is done now.</returns>
    public Task<bool> FinishAsync(int id, string title) => DoAsync(who => new FinishTask(id).RunAsync(store, who), $"Done: {title}", who => new ReopenTask(id).RunAsync(store, who));

    public Task<bool> ReopenAsync(int id, string title) => DoAsync(who => new ReopenTask(id).RunAsync(store, who), $"Open again: {title}", who => new FinishTask(id).RunAsync(store, who));

    public Task<bool> DeleteAsync(int id) => bin.DeleteAsync(new(ItemKind.Task, id));

    /// <summary>A record's next step: see it, finish it, plan it.</summary>
    public Task OpenNextStepAsync(RecordRef record, string name) => ShowAsync<NextStepDialog>(name, new() { { d => d.Record, record } });

    public Task OpenAsync(TaskRow task) => ShowAsync<TaskDialog>("Task", new() { { d => d.Shown, task } });

    public Task OpenNewAsync(RecordRef? about = null) => ShowAsync<TaskDialog>("New task", new() { { d => d.About, about } });

    private Task ShowAsync<T>(string title, DialogParameters<T> parameters) where T : Microsoft.AspNetCore.Components.IComponent => dialogs.AskAsync<T, object>(title, parameters);

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
