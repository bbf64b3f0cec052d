using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>
/// A board of cards in stages. Moves at once and asks the database afterwards; while a hand, a dialog or a save is busy nothing changes under it.
/// Dragging and keys live in Board.razor.js, which calls the methods marked JSInvokable: they are public doors and believe nothing.
/// </summary>
public sealed partial class Board(LiveAnswers answers, ISnackbar snackbar, IDialogService dialogs, TaskDesk tasks, RecycleDesk recycling, IJSRuntime js, ShownRecords shown, CompanyOptions company, TimeProvider clock, ILogger<Board> log)
{
    /// <summary>Moves on their way, by card: a second move of the same card waits for the first.</summary>
    private readonly Dictionary<int, Task> _moves = [];

    /// <summary>A version this screen has shown → the version its own move made of it. Never forgotten: an answer asked before the last move may come after it.</summary>
    private readonly Dictionary<(int Id, int Seen), int> _ownVersions = [];

    /// <summary>Changes that were heard but not shown, because something was busy.</summary>
    private readonly HashSet<Change> _owed = [];

    private readonly Toasts _toasts = new(snackbar, clock);
    private readonly Hands _hands = new(js);
    private ElementReference _root;
    private DotNetObjectReference<Board>? _me;
    private BoardAnswer? _answer;
    private BoardAnswer? _truth;
    private Depths _depths = new();
    private Filter? _loaded;
    private Filter? _truthFilter;
    private DateOnly _today;
    private bool _dragging;
    private bool _choosing;
    private bool _planning;
    private bool _late;
    private string _spoken = "";
    private IReadOnlyDictionary<int, string> _movedBy = new Dictionary<int, string>();

    [Parameter, EditorRequired]
    public required IPipeline Pipeline { get; set; }

    [Parameter, EditorRequired]
    public required Filter Filter { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Person> People { get; set; }

    [Parameter, EditorRequired]
    public required Actor Actor { get; set; }

    [Parameter, EditorRequired]
    public required string ClearHref { get; set; }

    private bool Busy => _dragging || _choosing || _moves.Count > 0;

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == Filter)
            return;
        var first = _loaded is null;
        _loaded = Filter;
        _depths = new(Pipeline.Stages.Select(_ => Depths.Step));
        // The first load comes with the subscription.
        if (!first)
            await LoadAsync([]);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await _hands.StartAsync("./Features/Pipeline/Board.razor.js", _root, _me = DotNetObjectReference.Create(this));
    }

    private Task HearAsync(IReadOnlyCollection<Change> changes) => LoadAsync(changes);

    /// <summary>Asks again, and tells which cards others moved.</summary>
    private async Task LoadAsync(IReadOnlyCollection<Change> changes)
    {
        _today = company.DayOf(clock.GetUtcNow().UtcDateTime);
        var filter = Filter;
        var answer = await answers.AskAsync(Actor, Pipeline.Question(filter, _depths, _today));
        // Another filter was chosen meanwhile: it has asked for itself.
        if (filter != Filter)
            return;
        // Meanwhile a hand took a card: what was asked is asked again when that ends.
        if (Busy)
        {
            _owed.UnionWith(changes);
            _late = true;
            return;
        }

        _owed.UnionWith(changes);
        var moves = filter == _truthFilter ? MovesOfOthers(_owed, answer) : [];
        var deleted = filter == _truthFilter ? DeletedByOthers(_owed, answer) : [];
        _owed.Clear();
        _movedBy = moves.ToDictionary(m => m.Card.Id, m => m.By);
        (_answer, _truth, _truthFilter) = (answer, answer, filter);
        shown.Note(Actor, Pipeline.Noun, answer.Cards.Select(c => c.Id));
        if (_toasts.Tell([.. moves.Select(m => $"{m.By} moved {m.Card.Title} to {StageOf(m.Card.Stage)!.Name}"), .. deleted.Select(d => $"{d.By} deleted {d.Card.Title}")]) is { } said)
            _spoken = said;
        StateHasChanged();
    }

    private List<(Card Card, string By)> MovesOfOthers(IReadOnlyCollection<Change> changes, BoardAnswer answer)
    {
        var cards = Pipeline.Noun == "deal" ? Topics.Deals : Topics.Leads;
        var movers = changes.Where(c => c.By is not null && c.By != Actor.UserId && (c.Topic & cards) != 0).GroupBy(c => c.Id).ToDictionary(g => g.Key, g => g.First().By);
        if (movers.Count == 0 || _truth is null)
            return [];

        var before = _truth.Cards.ToDictionary(c => c.Id, c => c.Stage);
        return [.. answer.Cards
            .Where(c => before.TryGetValue(c.Id, out var was) && was != c.Stage && movers.ContainsKey(c.Id))
            .Select(c => (c, FirstName(movers[c.Id])))];
    }

    private List<(Card Card, string By)> DeletedByOthers(IReadOnlyCollection<Change> changes, BoardAnswer answer)
    {
        var cards = Pipeline.Noun == "deal" ? Topics.Deals : Topics.Leads;
        return [.. changes.Where(c => c.Kind == ChangeKind.Deleted && c.Topic == cards && c.By is not null && c.By != Actor.UserId && answer.Find(c.Id) is null)
            .Select(c => (_truth?.Find(c.Id), FirstName(c.By))).OfType<(Card, string)>()];
    }

    private string FirstName(int? userId) => People.FirstOrDefault(p => p.Id == userId)?.Name.Split(' ')[0] ?? "Someone";

    private static double Share(BoardAnswer answer, Column column)
    {
        var open = answer.Columns.Where(c => c.Stage is not ("closed_won" or "closed_lost" or "won" or "lost")).Sum(c => c.TotalCents);
        return open == 0 ? 0 : (double)column.TotalCents / open;
    }

    private Stage? StageOf(string word) => Pipeline.Stages.FirstOrDefault(s => s.Word == word);

    public async ValueTask DisposeAsync()
    {
        await _hands.DisposeAsync();
        _me?.Dispose();
    }
}
