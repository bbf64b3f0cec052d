using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Shared;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

public sealed partial class Board
{
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
                    OfferBack(now, to, moved);
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

    /// <summary>An open stage is left again as easily as it was reached; an end has written or taken away amount, day and reason.</summary>
    private void OfferBack(Card card, Stage to, Moved moved)
    {
        if (StageOf(card.Stage) is { } from && (from.End != StageEnd.Open || to.End != StageEnd.Open))
            snackbar.AddMoved(log, card.Title, from, to, moved, back => _ownVersions[(card.Id, moved.Version)] = back.Version);
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
}
