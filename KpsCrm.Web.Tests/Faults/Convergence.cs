using System.Diagnostics;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Rights;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>
/// A day at the firm by the dice: rounds of acts that several people do at once, restarts and lost connections between them and during them.
/// After each round the published changes are those that were committed, and every open screen shows what a fresh question says. The acts of a seed
/// are always the same; how those of a round fall into each other is the machine's affair.
/// </summary>
internal sealed partial class Convergence
{
    private const int Rounds = 8;
    private const int ActsPerRound = 6;
    private const int Screens = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Random _random;
    private readonly TestDatabase _data;
    private readonly CommitLog _commits;
    private readonly List<Instance> _instances = [];
    private readonly List<Instance> _ended = [];
    private readonly List<Screen> _screens = [];
    private readonly List<string> _story = [];
    private readonly Dictionary<Instance, int> _told = [];
    private List<(Topics Topic, int Id)> _before = [];
    private bool _broadBefore;

    private Convergence(int seed, TestDatabase data, CommitLog commits) => (_random, _data, _commits) = (new(seed), data, commits);

    private IReadOnlyList<Actor> People => [_data.Admin, _data.Manager, _data.Anna, _data.Ben];

    /// <exception cref="InvalidOperationException">Something did not converge; the message has the seed and all that was done.</exception>
    public static async Task RunAsync(int seed, DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        Convergence? run = null;
        try
        {
            await using (var commits = await CommitLog.StartAsync(data.Options))
            {
                run = new(seed, data, commits);
                await run.LiveAsync();
            }
            await run.AssertSoundAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed} on {provider}: {e.Message}\n  {string.Join("\n  ", run?._story ?? [])}", e);
        }
        finally
        {
            foreach (var instance in run?._instances ?? [])
                await instance.DisposeAsync();
        }
    }

    private async Task LiveAsync()
    {
        for (var i = 0; i < (_data.Options.Provider == DatabaseProvider.Postgres ? 2 : 1); i++)
            _instances.Add(await Instance.StartAsync(_data));
        var all = RightsWalkTests.Questions.Values.SelectMany(q => q).ToList();
        for (var i = 0; i < Screens; i++)
            OpenScreen(all);
        await SettleAsync(broad: true);

        for (var round = 1; round <= Rounds; round++)
        {
            _story.Add($"round {round}");
            var seen = await Seen.LookAsync(_data.Store);
            var acts = Enumerable.Range(0, ActsPerRound).Select(_ => (Act: Next(seen), At: Pick(_instances)!)).ToList();
            var trouble = _random.Next(12);
            foreach (var screen in _screens)
                screen.Held = _random.Next(6) == 0;

            var running = acts.ConvertAll(a => Task.Run(() => TryAsync(a.Act, a.At)));
            var broad = await TroubleAsync(trouble, all, seen);
            await Task.WhenAll(running);
            foreach (var screen in _screens)
                screen.Held = false;
            await SettleAsync(broad || acts.Any(a => a.Act.Broad));
        }
    }

    /// <summary>Between the acts, or in the midst of them.</summary>
    /// <returns>Whether anything may have changed unseen, so that screens are told to look at all.</returns>
    private async Task<bool> TroubleAsync(int trouble, List<object> all, Seen seen)
    {
        switch (trouble)
        {
            case 0 or 1:
                var old = Pick(_instances)!;
                _story.Add("the program is stopped and started again");
                var orphans = _screens.Where(s => s.At == old).ToList();
                orphans.ForEach(s => s.Close());
                await old.DisposeAsync();
                _ended.Add(old);
                _instances.Remove(old);
                _instances.Add(await Instance.StartAsync(_data));
                orphans.ForEach(s => s.Open(_instances[^1]));
                return true;
            case 2 or 3:
                _story.Add("connections are lost, and others come");
                foreach (var lost in _screens.Where(_ => _random.Next(3) == 0).ToList())
                {
                    lost.Close();
                    if (_random.Next(2) == 0)
                        lost.Open(Pick(_instances)!);
                    else
                        _screens.Remove(lost);
                }
                while (_screens.Count < Screens)
                    OpenScreen(all);
                return false;
            case 4 when _data.Options.Provider == DatabaseProvider.Postgres:
                _story.Add("the line between the instances is cut");
                await PostgresServer.ExecuteAsync(_data.Options.ConnectionString!, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");
                return true;
            case 4 or 5:
                _story.Add("another process writes");
                await using (var other = _data.OpenSecondInstance())
                {
                    var act = Next(seen);
                    await TryAsync(act with
                    {
                        DoAsync = _ => Instance.StoreOf(other).WriteAsync(Actor.System, async db =>
                    {
                        foreach (var deal in await db.Deals.Take(2).ToListAsync())
                            deal.Title = $"{deal.Title[..Math.Min(20, deal.Title.Length)]}!";
                    })
                    }, null!);
                }
                return true;
            case 6:
                _story.Add("the index catches up");
                await Pick(_instances)!.Services.GetRequiredService<SearchIndex>().CatchUpAsync();
                return false;
            default:
                return false;
        }
    }

    private void OpenScreen(List<object> all)
    {
        var screen = new Screen(Pick(People)!, Pick(all)!);
        screen.Open(Pick(_instances)!);
        _screens.Add(screen);
    }

    private async Task TryAsync(Act act, Instance at)
    {
        string end;
        try
        {
            await act.DoAsync(at);
            end = "done";
        }
        catch (Exception e) when (e is RuleException or AccessDeniedException or DbUpdateException or ObjectDisposedException)
        {
            // A rule, a right, a quicker colleague, the database's own guard, the program's end: nothing may have been written.
            end = e.GetType().Name;
        }
        lock (_story)
            _story.Add($"{act.Words}: {end}");
    }

    /// <summary>Waits until all that was committed has been told and every screen is right; what never comes is the finding.</summary>
    private async Task SettleAsync(bool broad)
    {
        var committed = new List<(Topics Topic, int Id)>(await _commits.NewAsync());
        var waiting = await FreshAsync();
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(1))
        {
            _data.Clock.Advance(Subscription.Pause);
            var untold = Untold(committed, broad);
            waiting.RemoveAll(w => w.Screen.Shows == w.Fresh);
            if (untold is null && waiting.Count == 0 && (!broad || await AllListenAsync()))
                break;
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new InvalidOperationException(untold ?? (waiting.Count == 0 ? "An instance listens no more." : null) ?? $"A screen is wrong, of {waiting[0].Screen}\n  shows {Difference(waiting[0].Screen.Shows, waiting[0].Fresh)}\n  fresh {Difference(waiting[0].Fresh, waiting[0].Screen.Shows)}\n ");
            foreach (var (screen, _) in waiting)
                await screen.LookAgainAsync();
        }
        foreach (var instance in _instances.Concat(_ended))
        {
            var heard = instance.Heard.Skip(_told.GetValueOrDefault(instance)).ToList();
            _told[instance] = _told.GetValueOrDefault(instance) + heard.Count;
            if (heard.FirstOrDefault(c => !Happened(c, committed, broad)) is { Topic: not Topics.None } invented)
                throw new InvalidOperationException($"{invented} was published and never committed.");
        }
        (_before, _broadBefore) = (committed, broad);
    }

    /// <summary>Whose line was cut would hear of the next round as a whole, not row by row.</summary>
    private async Task<bool> AllListenAsync() => _data.Options.Provider == DatabaseProvider.Sqlite || _instances.Count <= await _data.Store.ReadAsync(Actor.System, view =>
        view.Db.Database.SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()").SingleAsync());

    /// <summary>What the screens have to arrive at: nobody writes any more.</summary>
    private async Task<List<(Screen Screen, string Fresh)>> FreshAsync()
    {
        await using var started = _data.OpenSecondInstance();
        var answers = new LiveAnswers(Instance.StoreOf(started), Instance.FeedOf(started), _data.Clock);
        var fresh = new List<(Screen, string)>();
        foreach (var screen in _screens)
            fresh.Add((screen, await screen.FreshAsync(answers)));
        return fresh;
    }

    /// <summary>Each instance on PostgreSQL hears of all; on SQLite there is one at a time, and what the one before committed was told by it.</summary>
    private string? Untold(List<(Topics Topic, int Id)> committed, bool broad)
    {
        IEnumerable<IEnumerable<Instance>> ears = _data.Options.Provider == DatabaseProvider.Postgres ? _instances.Select(i => new[] { i }) : [_instances.Concat(_ended)];
        foreach (var ear in ears)
        {
            var heard = ear.SelectMany(i => i.Heard.Skip(_told.GetValueOrDefault(i))).ToHashSet();
            if (committed.FirstOrDefault(row => !heard.Any(c => (c.Topic & row.Topic) != 0 && (c.Id == row.Id || (broad && c.Kind == ChangeKind.Everything)))) is { Topic: not Topics.None } untold)
                return $"{untold.Topic} {untold.Id} was committed and never published.";
        }
        return null;
    }

    /// <summary>A subscription merges, and may tell the last of it in the round after.</summary>
    private bool Happened(Change told, List<(Topics Topic, int Id)> committed, bool broad) => told.Kind == ChangeKind.Everything
        ? broad || _broadBefore || committed.Count > 0
        : committed.Concat(_before).Any(row => row.Topic == told.Topic && row.Id == told.Id);

    private static string Difference(string one, string other)
    {
        var at = one.Zip(other).TakeWhile(p => p.First == p.Second).Count();
        return $"…{one[Math.Max(0, at - 60)..Math.Min(one.Length, at + 60)]}…";
    }

    private async Task AssertSoundAsync()
    {
        var services = _instances[0].Services;
        await services.GetRequiredService<SearchIndex>().CatchUpAsync();
        if (await Verify.FindingsAsync(services) is { Count: > 0 } findings)
            throw new InvalidOperationException(string.Join("\n  ", findings.Take(10)));
    }
}
