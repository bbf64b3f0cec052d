using KpsCrm.Data;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using MudBlazor;

namespace KpsCrm.Web.Features.Recycling;

/// <summary>Deleting and bringing back, as every page offers it: asked in plain words, told what happened, taken back with one click.</summary>
public sealed class RecycleDesk(CrmStore store, BinPurge purge, LiveAnswers answers, IDialogService dialogs, ISnackbar snackbar, CurrentActor current, RecyclingOptions options, ILogger<RecycleDesk> log)
{
    /// <summary>Asks first what goes along; a task or file goes at once, since undoing it is as quick as answering.</summary>
    /// <returns>Whether it is in the bin now.</returns>
    public async Task<bool> DeleteAsync(ItemRef item)
    {
        var done = false;
        await snackbar.TryAsync(log, async () =>
        {
            var who = await current.GetAsync();
            if (item.Kind <= ItemKind.Deal)
            {
                var along = await answers.AskAsync(who, new GoesAlongQuestion(item)) ?? throw new RuleException($"This {item.Noun} is no longer there.");
                if (await dialogs.ShowMessageBoxAsync($"Delete this {item.Noun}?", along.Question(options.BinDays), yesText: "Delete", cancelText: "Keep") != true)
                    return;
            }
            var deleted = await new DeleteRecord(item).RunAsync(store, who);
            done = true;
            snackbar.Add(deleted.Sentence, Severity.Normal, with =>
            {
                with.Action = "Undo";
                with.OnClick = _ => RestoreAsync(item);
                with.VisibleStateDuration = 10_000;
            });
        });
        return done;
    }

    /// <returns>Whether it is back.</returns>
    public async Task<bool> RestoreAsync(ItemRef item)
    {
        var done = false;
        await snackbar.TryAsync(log, async () =>
        {
            var who = await current.GetAsync();
            var result = await new RestoreRecord(item).RunAsync(store, who);
            if (result is NeedsOwner needs)
            {
                if (await dialogs.ShowMessageBoxAsync($"Bring back the {needs.Owner.Noun} too?", needs.Question, yesText: "Bring back both", cancelText: "Leave both there") != true)
                    return;
                result = await new RestoreRecord(item, WithOwner: true).RunAsync(store, who);
            }
            done = true;
            snackbar.Add(((Restored)result).Sentence, Severity.Success);
        });
        return done;
    }

    /// <summary>For good, after a question that says so.</summary>
    public Task PurgeAsync(BinnedRow row) => snackbar.TryAsync(log, async () =>
    {
        var who = await current.GetAsync();
        Gate.Demand(who, Data.Users.Role.Admin);
        if (await dialogs.ShowMessageBoxAsync($"Remove this {row.Item.Noun} for good?", $"{row.Name} and everything that belongs to it is removed now: history, tasks, files{(row.Kind == ItemKind.Client ? ", deleted deals" : "")}. This can't be taken back.",
            yesText: "Remove for good", cancelText: "Keep") != true)
            return;
        await purge.PurgeNowAsync(who, row.Item);
        snackbar.Add($"{row.Name} is removed for good.", Severity.Normal);
    });
}
