using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using Microsoft.JSInterop;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

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

    /// <summary>Asks again now, or as soon as nothing is busy.</summary>
    private async Task CatchUpAsync()
    {
        _late = Busy;
        if (_late)
            return;
        try
        {
            await LoadAsync([]);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogWarning("The board could not be brought up to date ({Reason})", e.Message);
            _late = true;
            Complain("The board could not be brought up to date. It tries again with the next thing you do.");
        }
    }

    /// <summary>Shows the move at once, then asks, saves, and shows what the database says when it refused.</summary>
    private async Task MoveAsync(Card card, Stage to, Place place, int version)
    {
        while (_moves.TryGetValue(card.Id, out var earlier))
            await earlier;
        // The version on the screen may be from before one's own last move.
        while (_ownVersions.TryGetValue((card.Id, version), out var newer))
            version = newer;
        if (_answer?.Find(card.Id) is not { } now)
            return;

        var done = new TaskCompletionSource();
        _moves[card.Id] = done.Task;
        _answer = _answer.With(now, to, place);
        var position = _answer.In(to.Word) is var column ? column.Cards.ToList().FindIndex(c => c.Id == card.Id) + 1 : 0;
        var saved = false;
        try
        {
            StateHasChanged();
            switch (await Pipeline.MoveAsync(Actor, now, to, place, version))
            {
                case Moved moved:
                    saved = true;
                    if (moved.Version != version)
                        _ownVersions[(card.Id, version)] = moved.Version;
                    Say($"Moved {card.Title} to {to.Name}, {position} of {column.Count:N0}.");
                    break;
                case Refused refused:
                    Complain(refused.Sentence);
                    break;
                default:
                    Say($"{card.Title} stays in {StageOf(now.Stage)!.Name}.");
                    break;
            }
        }
        catch (Exception e) when (e is RuleException or AccessDeniedException)
        {
            Complain(e.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "Moving {Noun} {Id} failed", Pipeline.Noun, card.Id);
            Complain($"{card.Title} could not be moved. Nothing was changed; try again.");
        }
        finally
        {
            _moves.Remove(card.Id);
            done.SetResult();
        }
        if (!saved)
            _answer = Undo(now);
        if (!saved || _late)
            await CatchUpAsync();
    }

    /// <summary>Back where it was, until the database has said where it is.</summary>
    private BoardAnswer? Undo(Card card)
    {
        if (_answer?.Find(card.Id) is not { } moved || _truth is null || StageOf(card.Stage) is not { } stage)
            return _answer;
        var cards = _truth.In(card.Stage).Cards;
        var index = cards.ToList().FindIndex(c => c.Id == card.Id);
        _late = true;
        var above = cards.Take(Math.Max(0, index)).LastOrDefault(c => _answer.Find(c.Id)?.Stage == card.Stage)?.Id;
        return _answer.With(moved, stage, new Place(above));
    }

    private void Say(string sentence) => _spoken = sentence;

    private void Complain(string sentence)
    {
        Say(sentence);
        snackbar.Add(sentence, Severity.Warning);
    }

    private async Task FocusAsync(int id)
    {
        if (_hands is not null)
            await _hands.InvokeVoidAsync("focus", id);
    }
}
