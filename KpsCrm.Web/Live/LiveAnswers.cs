using System.Collections.Concurrent;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace KpsCrm.Web.Live;

/// <summary>Something a screen wants to know. A record: two screens that ask the same are equal, and share one answer.</summary>
/// <typeparam name="T">An immutable answer; many circuits read it at once.</typeparam>
public interface IQuestion<T>
{
    /// <summary>What the answer depends on: it is asked again once one of these has changed.</summary>
    Topics Of { get; }

    Task<T> AskAsync(CrmView view, CancellationToken cancellationToken);
}

/// <summary>
/// Shared answers: after a change the database is asked once per different question, however many look at it.
/// People share an answer only when the <see cref="Gate"/> gives them the same rows.
/// </summary>
public sealed class LiveAnswers(CrmStore store, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>Answers speak of "today"; none is given out that is older than this.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Rights, object Question), Answer> _answers = new();
    private long _lastSweep = clock.GetTimestamp();

    /// <summary>Answers kept, for health and tests.</summary>
    public int Count => _answers.Count;

    public async Task<T> AskAsync<T>(Actor who, IQuestion<T> question)
    {
        Sweep();
        // Read before the question is asked, and before it is known what the person may see: a change that comes in between makes the answer stale, never the other way round.
        var (version, access) = (feed.VersionOf(question.Of), feed.VersionOf(Topics.Access));
        who = await store.PresentAsync(who);
        if (Gate.IsNarrow(who))
            version += access;
        var key = (Gate.RightsKey(who), (object)question);
        var answer = _answers.AddOrUpdate(key, _ => Ask(), (_, known) => known.Version >= version && clock.GetElapsedTime(known.AskedAt) < MaxAge ? known : Ask());
        try
        {
            return await (Task<T>)answer.Value.Value;
        }
        catch
        {
            _answers.TryRemove(new(key, answer));
            throw;
        }

        // SQLite reads without waiting: on a thread of its own, so that those who share the answer wait for it and not for a lock.
        Answer Ask() => new(version, clock.GetTimestamp(), new(() => Task.Run(() => store.ReadAsPresentAsync(who, view => question.AskAsync(view, CancellationToken.None), asker: question))));
    }

    private void Sweep()
    {
        if (clock.GetElapsedTime(_lastSweep) < MaxAge)
            return;
        _lastSweep = clock.GetTimestamp();
        foreach (var old in _answers.Where(a => clock.GetElapsedTime(a.Value.AskedAt) > MaxAge))
            _answers.TryRemove(old);
    }

    private sealed record Answer(long Version, long AskedAt, Lazy<Task> Value);
}

public static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services) => services
        .AddSingleton<LiveAnswers>()
        .AddSingleton<Presence>()
        .AddScoped<LiveCircuit>()
        .AddScoped<CircuitHandler>(sp => sp.GetRequiredService<LiveCircuit>());
}
