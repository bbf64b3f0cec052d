using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace KpsCrm.Web.Features.Lists;

/// <summary>A row of a list.</summary>
public interface IListRow
{
    int Id { get; }

    /// <summary>Of the record, as the row shows it.</summary>
    int Version { get; }

    /// <summary>The record's name or title.</summary>
    string Name { get; }

    int? OwnerId { get; }
}

/// <summary>What a list page shows: leads, clients or deals.</summary>
public interface IRecordList<TRow> where TRow : class, IListRow
{
    /// <summary>"lead"; the list's own word and its address are its plural.</summary>
    string One { get; }

    RecordKind Kind { get; }

    Topics Of { get; }

    IReadOnlyList<FilterField> Fields { get; }

    /// <param name="me">Who "me" in the address is.</param>
    ListFilter Read(ListQuery query, int? me);

    IQuestion<ListPage<TRow>> Rows(ListFilter filter, ListPlace place);

    IQuestion<ListTotal> Total(ListFilter filter);

    /// <summary>The values that the rows have in a field, the most frequent first.</summary>
    IQuestion<IReadOnlyList<string>>? Values(ValueField field) => null;

    /// <summary>The stages that a row can be moved to; none where records have no stages.</summary>
    IReadOnlyList<Stage> Stages => [];

    Stage? StageOf(TRow row) => null;

    /// <summary>Moves as the board does: asks what the stage asks for, then saves.</summary>
    /// <returns>Null when the person cancelled.</returns>
    Task<MoveResult?> MoveAsync(Actor who, TRow row, Stage to) => Task.FromResult<MoveResult?>(null);

    /// <summary>For several rows: asks once what the stage asks for.</summary>
    /// <returns>Moves one of them; null when the person cancelled.</returns>
    Task<RowMove<TRow>?> AskMoveAsync(Stage to, int count) => Task.FromResult<RowMove<TRow>?>(null);
}

public delegate Task<MoveResult> RowMove<TRow>(Actor who, TRow row);

/// <summary>Where a column stands on a phone's card.</summary>
public enum CardPlace
{
    /// <summary>Below, with its title.</summary>
    Fact,

    /// <summary>Below, without.</summary>
    Plain,

    /// <summary>The second line.</summary>
    Second,

    /// <summary>At the right of the name.</summary>
    Aside,
}

/// <summary>A column of a list. The first of a list is the name, which is always shown.</summary>
/// <param name="Key">What the query string calls it, to show it and to sort by it.</param>
public sealed record ListColumn<TRow>(string Key, string Title, RenderFragment<TRow> Cell)
{
    public bool Sorts { get; init; } = true;

    /// <summary>Numbers and times: the largest comes first when one sorts by them.</summary>
    public bool LargestFirst { get; init; }

    public bool Number { get; init; }

    /// <summary>How people call its two orders, the one that comes first first.</summary>
    public (string First, string Second)? Orders { get; init; }

    /// <summary>Shown where the address names no columns.</summary>
    public bool Shown { get; init; } = true;

    public CardPlace Card { get; init; }

    /// <summary>How it is edited in its place; null when it isn't.</summary>
    public CellEdit<TRow>? Edit { get; init; }

    /// <summary>It is the stage, which moves change.</summary>
    public bool Moves { get; init; }
}

/// <summary>What a cell edits.</summary>
/// <param name="Field">A key of the record's fields.</param>
/// <param name="Value">The field's value in a row, as fields travel.</param>
/// <param name="Said">As people read it; null when empty.</param>
public sealed record CellEdit<TRow>(string Field, Func<TRow, string?> Value, Func<TRow, string?> Said);
