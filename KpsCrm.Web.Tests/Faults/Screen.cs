using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>An open page without its markup: it hears of changes and asks its question again as LiveRefresh does, and holds what came back.</summary>
internal sealed partial class Screen(Actor who, object question)
{
    private static readonly JsonSerializerOptions Readable = new() { ReferenceHandler = ReferenceHandler.IgnoreCycles };

    private readonly Lock _lock = new();
    private Instance? _at;
    private IDisposable? _subscription;
    private bool _dirty;
    private bool _asking;
    private bool _held;

    /// <summary>What the person sees.</summary>
    public string Shows { get; private set; } = "";

    /// <summary>The instance that serves it; null while it has no connection.</summary>
    public Instance? At => _at;

    /// <summary>A drag or an open dialog: changes wait.</summary>
    public bool Held
    {
        get => _held;
        set
        {
            _held = value;
            _ = LookAgainAsync();
        }
    }

    public void Open(Instance at)
    {
        _at = at;
        Shows = "";
        _subscription = at.Feed.Subscribe(Of() | Topics.Access, changes => HearAsync());
        _ = HearAsync();
    }

    /// <summary>The connection is lost, or the window closed.</summary>
    public void Close()
    {
        _subscription?.Dispose();
        _at = null;
    }

    private Task HearAsync()
    {
        _dirty = true;
        return LookAgainAsync();
    }

    /// <summary>What is wanted and was not to be had a moment ago.</summary>
    public async Task LookAgainAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_asking || _held || !_dirty || _at is null)
                    return;
                (_asking, _dirty) = (true, false);
            }
            try
            {
                var at = _at;
                var shows = await TextAsync(() => AskAsync(at.Answers, who, question));
                if (at == _at)
                    Shows = shows;
            }
            catch (Exception)
            {
                // The database does not answer, or the program ends: what is shown stays, and it is asked again.
                _dirty = true;
                return;
            }
            finally
            {
                _asking = false;
            }
        }
    }

    /// <summary>What somebody sees who opens the same page now, in a program that has just been started.</summary>
    public Task<string> FreshAsync(LiveAnswers started) => TextAsync(() => AskAsync(started, who, question));

    public override string ToString() => $"{who.Name}: {question}";

    private Topics Of() => (Topics)AsQuestion(question).GetProperty(nameof(IQuestion<>.Of))!.GetValue(question)!;

    private static Type AsQuestion(object question) => question.GetType().GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQuestion<>));

    private static async Task<string> TextAsync(Func<Task<object?>> ask)
    {
        try
        {
            return Moment().Replace(JsonSerializer.Serialize(await ask(), Readable), "");
        }
        catch (AccessDeniedException e)
        {
            return e.Message;
        }
    }

    private static async Task<object?> AskAsync(LiveAnswers answers, Actor who, object question)
    {
        var answer = AsQuestion(question).GetGenericArguments()[0];
        var task = (Task)typeof(LiveAnswers).GetMethod(nameof(LiveAnswers.AskAsync))!.MakeGenericMethod(answer).Invoke(answers, [who, question])!;
        await task;
        return ((dynamic)task).Result;
    }

    /// <summary>When it was asked, which is another moment for each.</summary>
    [GeneratedRegex("\"AsOf\":\"[^\"]*\",?")]
    private static partial Regex Moment();
}
