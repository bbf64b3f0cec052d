using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using MudBlazor;

namespace KpsCrm.Web.Features.Lists;

/// <summary>Saves what is changed in a list's cells, and offers to take it back.</summary>
public sealed class CellChanges(RecordEditor editor, CurrentActor current, ISnackbar snackbar, ILogger<CellChanges> log)
{
    public async Task<EditOutcome> SaveAsync(RecordRef record, string name, Names names, FieldChange change)
    {
        var outcome = await editor.SaveAsync(record, change);
        if (outcome.Saved && !outcome.LeftToOthers.Contains(change.Field) && Fields.Find(record.Kind, change.Field) is { } field)
        {
            var after = field.Read(change.After).Value;
            snackbar.AddWithUndo(log, $"{field.Label} of {name}: {field.Say(after, names) ?? "empty"}", async () =>
            {
                var undone = await editor.SaveAsync(record, new FieldChange(change.Field, after, change.Before));
                if (undone.ProblemOf(field) is { } problem)
                    snackbar.Add(problem, Severity.Warning);
                else if (undone.Saved)
                    snackbar.Add($"{field.Label} of {name}: {field.Say(change.Before, names) ?? "empty"} again", Severity.Normal);
            });
        }
        return outcome;
    }

    public Task MoveAsync<TRow>(IRecordList<TRow> list, TRow row, Stage to) where TRow : class, IListRow => snackbar.TryAsync(log, async () =>
    {
        var who = await current.GetAsync();
        switch (await list.MoveAsync(who, row, to))
        {
            case Moved moved:
                snackbar.AddMoved(log, row.Name, list.StageOf(row), to, moved);
                break;
            case Refused refused:
                snackbar.Add(refused.Sentence, Severity.Warning);
                break;
        }
    });
}
