using KpsCrm.Data;
using KpsCrm.Web.Features.Records;
using Microsoft.JSInterop;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>What the browser tells: a card was taken, dropped, stepped, or something was asked for it.</summary>
public sealed partial class Board
{
    /// <summary>A card is in somebody's hand, or no longer.</summary>
    [JSInvokable]
    public async Task Dragging(bool on)
    {
        _dragging = on;
        StateHasChanged();
        if (!on && _late)
            await CatchUpAsync();
    }

    [JSInvokable]
    public async Task Drop(int id, string? stage, int? aboveId, int version)
    {
        _dragging = false;
        if (_answer?.Find(id) is { } card && StageOf(stage ?? "") is { } to && aboveId != id)
            await MoveAsync(card, to, new Place(aboveId), version);
        else if (_late)
            await CatchUpAsync();
        StateHasChanged();
    }

    /// <summary>A card by the keyboard: one stage to the left or right, or one place up or down.</summary>
    [JSInvokable]
    public async Task Step(int id, string? direction, int version)
    {
        if (_answer?.Find(id) is not { } card)
            return;

        var stage = Pipeline.Stages.ToList().FindIndex(s => s.Word == card.Stage);
        var cards = _answer.In(card.Stage).Cards;
        var index = cards.ToList().FindIndex(c => c.Id == id);
        (Stage To, Place Place)? target = direction switch
        {
            "left" when stage > 0 => (Pipeline.Stages[stage - 1], Place.Top),
            "right" when stage < Pipeline.Stages.Count - 1 => (Pipeline.Stages[stage + 1], Place.Top),
            "up" when index > 0 => (Pipeline.Stages[stage], new Place(index > 1 ? cards[index - 2].Id : null)),
            "down" when index < cards.Count - 1 => (Pipeline.Stages[stage], new Place(cards[index + 1].Id)),
            _ => null,
        };
        if (target is { } t)
            await MoveAsync(card, t.To, t.Place, version);
        else
            Say($"{card.Title} can't move further {direction}.");
        StateHasChanged();
    }

    /// <summary>The "Move to…" dialog.</summary>
    [JSInvokable]
    public async Task Choose(int id, int version)
    {
        if (_choosing || _answer?.Find(id) is not { } card)
            return;

        _choosing = true;
        StateHasChanged();
        MoveAnswer? answer;
        try
        {
            answer = await dialogs.AskAsync<MoveToDialog, MoveAnswer>($"Move {card.Title} to…", new() { { d => d.Card, card }, { d => d.Stages, Pipeline.Stages } });
        }
        finally
        {
            _choosing = false;
        }
        if (answer is { Delete: true })
            await DeleteAsync(id);
        else if (answer is not null)
            await MoveAsync(card, answer.To, answer.Place, version);
        else if (_late)
            await CatchUpAsync();
        StateHasChanged();
        await FocusAsync(id);
    }

    /// <summary>The panel of the card's next step. The board lives on behind it.</summary>
    [JSInvokable]
    public async Task PlanNext(int id)
    {
        if (_planning || _answer?.Find(id) is not { } card)
            return;

        _planning = true;
        try
        {
            await tasks.OpenNextStepAsync(Pipeline.Noun == "deal" ? RecordRef.Deal(id) : RecordRef.Lead(id), card.Title);
        }
        finally
        {
            _planning = false;
        }
        await FocusAsync(id);
    }

    /// <summary>The Delete key on a card.</summary>
    [JSInvokable]
    public async Task Remove(int id)
    {
        if (_choosing || _answer?.Find(id) is null)
            return;
        await DeleteAsync(id);
        StateHasChanged();
        await FocusAsync(id);
    }

    /// <summary>Asks, and deletes; the board learns of it like every other.</summary>
    private async Task DeleteAsync(int id)
    {
        _choosing = true;
        StateHasChanged();
        try
        {
            await recycling.DeleteAsync(Pipeline.Noun == "deal" ? ItemRef.Deal(id) : ItemRef.Lead(id));
        }
        finally
        {
            _choosing = false;
        }
        await CatchUpAsync();
    }

    /// <summary>A column was scrolled near its last loaded card.</summary>
    [JSInvokable]
    public async Task More(string? stage)
    {
        var column = Pipeline.Stages.ToList().FindIndex(s => s.Word == stage);
        if (column < 0 || _answer is null || _answer.Columns[column] is var c && c.Cards.Count >= c.Count || _depths[column] > _answer.Columns[column].Cards.Count + 1)
            return;
        _depths = _depths.Deeper(column);
        await CatchUpAsync();
    }

    private Task FocusAsync(int id) => _hands.CallAsync("focus", id);
}
