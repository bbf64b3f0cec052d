using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Features.Lists;

/// <summary>What one click does to all selected rows: a field gets a value, or they move to a stage.</summary>
/// <param name="Edit">The column's; null for a move.</param>
/// <param name="Value">The value as fields travel, or the stage's word.</param>
/// <param name="Move">Of a move: what <see cref="IRecordList{TRow}.AskMoveAsync"/> gave.</param>
public sealed record BulkChange<TRow>(IRecordList<TRow> List, CellEdit<TRow>? Edit, string? Value, RowMove<TRow>? Move = null) where TRow : class, IListRow
{
    /// <summary>Each row in a save of its own, so that one that can't be changed keeps none of the others.</summary>
    /// <param name="step">Called after each with how many are through.</param>
    public async Task<BulkResult<TRow>> RunAsync(CrmStore store, Actor who, IReadOnlyList<TRow> rows, Action<int>? step = null)
    {
        var (done, left) = (new List<Bulked<TRow>>(), new List<(string Name, string Why)>());
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            try
            {
                var (bulked, why) = await ChangeAsync(store, who, row);
                if (why is not null)
                    left.Add((row.Name, why));
                else if (bulked is not null)
                    done.Add(bulked);
            }
            catch (Exception e) when (e is RuleException or AccessDeniedException)
            {
                left.Add((row.Name, e.Message));
            }
            step?.Invoke(i + 1);
        }
        return new(done, left);
    }

    /// <summary>Takes back what <see cref="RunAsync"/> did, save where somebody was there since.</summary>
    public async Task<IReadOnlyList<string>> UndoAsync(CrmStore store, Actor who, IReadOnlyList<Bulked<TRow>> done)
    {
        var kept = new List<string>();
        foreach (var (row, takeBack) in done)
        {
            var back = Edit is null
                ? takeBack is not null && await takeBack() is Moved
                : await new EditRecord(new(List.Kind, row.Id), [new(Edit.Field, Value, Edit.Value(row))]).RunAsync(store, who) is Edited;
            if (!back)
                kept.Add(row.Name);
        }
        return kept;
    }

    /// <returns>Nothing where the row has the value already.</returns>
    private async Task<(Bulked<TRow>? Done, string? Why)> ChangeAsync(CrmStore store, Actor who, TRow row)
    {
        if (Edit is null)
        {
            return List.StageOf(row)?.Word == Value || Move is null ? (null, null) : await Move(who, row) switch
            {
                Moved moved => (new(row, moved.Back), null),
                Refused refused => (null, refused.Sentence),
                _ => (null, "It was not moved."),
            };
        }

        var before = Edit.Value(row);
        return before == Value ? (null, null) : await new EditRecord(new(List.Kind, row.Id), [new(Edit.Field, before, Value)]).RunAsync(store, who) switch
        {
            Edited => (new(row), null),
            Contested { Fields: [var contest, ..] } => (null, $"{contest.By} changed it to {contest.TheirsSaid ?? "empty"} meanwhile"),
            Unreadable { Problems: [var problem, ..] } => (null, problem.Sentence),
            RecordGone gone => (null, gone.Sentence),
            _ => (null, "It was not changed."),
        };
    }
}

/// <param name="Row">As it was before.</param>
/// <param name="Back">Of a move: takes it back.</param>
public sealed record Bulked<TRow>(TRow Row, Func<Task<MoveResult>>? Back = null);

/// <param name="Left">Those that were not changed, each with the reason.</param>
public sealed record BulkResult<TRow>(IReadOnlyList<Bulked<TRow>> Done, IReadOnlyList<(string Name, string Why)> Left);
