using System.Collections.Concurrent;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>
/// The sessions in use on this instance. A session is read from the database once; from then on a request or a click asks memory,
/// and the change feed says when to look again: at once for what this process did, within moments for other instances and the command line.
/// </summary>
public sealed class LiveSessions(CrmStore store, ChangeFeed feed, AccountOptions options, TimeProvider clock) : IDisposable
{
    public const Topics Of = Topics.Users | Topics.Sessions;

    /// <summary>So many keys of no living session are remembered as such; then all are forgotten.</summary>
    private const int MostDead = 10_000;

    /// <summary>So long the pages that a browser has open may still ask with it; afterwards only someone who has kept a copy.</summary>
    private static readonly TimeSpan Straggling = TimeSpan.FromMinutes(1);

    /// <summary>Out of use for so long it leaves memory; the next request reads it again.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, LiveSession> _byKey = new();
    private readonly ConcurrentDictionary<int, LiveSession> _byId = new();
    private readonly ConcurrentDictionary<string, DeadKey> _dead = new();
    private readonly SemaphoreSlim _refreshing = new(1);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>In memory, for health and tests.</summary>
    public int Count => _byId.Count;

    /// <returns>Null when there is no living session with this key; and, the first time it is asked for and once more later, the dead one.</returns>
    public async ValueTask<(LiveSession? Session, DeadSession? Dead)> FindAsync(string keyHash)
    {
        if (_dead.TryGetValue(keyHash, out var dead))
            return (null, dead.Return(Now - Straggling));
        if (_byKey.TryGetValue(keyHash, out var known))
        {
            if (known.IsAlive(Now))
                return (known, null);
            LetGo(known);
        }

        var version = feed.VersionOf(Of);
        var facts = await store.ReadAsync(Actor.System, view => Facts(view, s => s.KeyHash == keyHash).SingleOrDefaultAsync());
        if (facts is { Stands: true })
        {
            // A number of the data before a restore may have been given anew.
            var session = _byId.AddOrUpdate(facts.Id, _ => new LiveSession(facts, options), (_, there) => there.KeyHash == facts.KeyHash ? there : new LiveSession(facts, options));
            _byKey[keyHash] = session;
            // It may have been ended between the question and its place in memory, where the feed looks.
            if (feed.VersionOf(Of) != version)
                await RefreshAsync();
            if (session.IsAlive(Now))
                return (session, null);
            LetGo(session);
        }
        if (_dead.Count >= MostDead)
            _dead.Clear();
        var first = facts is null ? null : new DeadSession(facts.Id, new Actor(facts.UserId, facts.Name, facts.Role), facts.EndedBecause, Again: false);
        return _dead.TryAdd(keyHash, new(first, Now)) ? (null, first) : default;
    }

    /// <summary>For open pages, on every click.</summary>
    public bool IsAlive(int id) => _byId.TryGetValue(id, out var session) && session.IsAlive(Now);

    /// <summary>Calls <paramref name="act"/> once the session is over; at once if it is.</summary>
    public IDisposable? WhenOver(int id, Action act)
    {
        if (_byId.TryGetValue(id, out var session))
            return session.WhenOver(act);
        act();
        return null;
    }

    /// <summary>Asks the database which of the sessions in memory still stand.</summary>
    public async Task RefreshAsync()
    {
        await _refreshing.WaitAsync();
        try
        {
            int[] ids = [.. _byId.Keys];
            if (ids.Length == 0)
                return;
            var facts = await store.ReadAsync(Actor.System, view => Facts(view, s => ids.Contains(s.Id)).ToDictionaryAsync(f => f.Id));
            foreach (var id in ids)
            {
                if (_byId.TryGetValue(id, out var session))
                    session.Learn(facts.GetValueOrDefault(id));
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Takes down the open pages of those it is true of. Their sessions stand: the browser asks anew, and passes every door again.</summary>
    public void AskAnew(Func<LiveSession, bool> of)
    {
        foreach (var session in _byId.Values.Where(of))
        {
            LetGo(session);
            session.End();
        }
    }

    /// <summary>A backup is in place: a key that was dead may live there.</summary>
    public void ForgetDead() => _dead.Clear();

    /// <summary>Ends what was idle or open for too long, and lets go of what is over or out of use.</summary>
    public void Sweep()
    {
        var now = Now;
        foreach (var session in _byId.Values)
        {
            if (session.IsAlive(now) && (session.IsWatched || now - session.LastSeenAt < Quiet))
                continue;
            LetGo(session);
        }
    }

    /// <summary>Writes down when each was last seen: one write for all.</summary>
    public async Task WriteLastSeenAsync()
    {
        var seen = _byId.Values.Select(s => (s.Id, At: s.TakeUnwritten())).Where(s => s.At is not null).ToDictionary(s => s.Id, s => s.At!.Value);
        if (seen.Count == 0)
            return;
        int[] ids = [.. seen.Keys];
        await store.WriteAsync(Actor.System, async db =>
        {
            foreach (var session in await db.Sessions.Where(s => ids.Contains(s.Id) && s.EndedAt == null).ToListAsync())
                session.SeenAt(seen[session.Id]);
        });
    }

    private void LetGo(LiveSession session)
    {
        _byKey.TryRemove(session.KeyHash, out _);
        _byId.TryRemove(new(session.Id, session));
    }

    private static IQueryable<SessionFacts> Facts(CrmView view, System.Linq.Expressions.Expression<Func<Session, bool>> which) =>
        from s in view.Sessions.Where(which)
        join u in view.People on s.UserId equals u.Id
        select new SessionFacts(s.Id, s.KeyHash, s.UserId, u.Name, u.Email!, u.Role, s.Method, u.TwoFactorEnabled || s.Method == SignInMethod.Passkey, s.CreatedAt, s.LastSeenAt,
            s.EndedAt == null && s.Stamp == u.SecurityStamp && u.DeactivatedAt == null, s.EndedBecause);

    public void Dispose() => _refreshing.Dispose();

    private sealed class DeadKey(DeadSession? session, DateTime since)
    {
        private int _returned;

        public DeadSession? Return(DateTime straggling) =>
            session is not null && since <= straggling && Interlocked.Exchange(ref _returned, 1) == 0 ? session with { Again = true } : null;
    }
}
