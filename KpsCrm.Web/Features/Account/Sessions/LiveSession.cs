using System.Collections.Immutable;
using System.Security.Claims;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>What the database says about a session and its person.</summary>
/// <param name="HasSecondFactor">Something besides a password stands, or stood, at the door.</param>
public sealed record SessionFacts(int Id, string KeyHash, int UserId, string Name, string Email, Data.Users.Role Role, Data.Users.SignInMethod Method, bool HasSecondFactor, DateTime CreatedAt, DateTime LastSeenAt, bool Stands, Data.Users.SessionEnd? EndedBecause);

/// <param name="Again">Its key came before, and its browser was told to forget it.</param>
public sealed record DeadSession(int Id, Data.Security.Actor Person, Data.Users.SessionEnd? EndedBecause, bool Again);

/// <summary>One session in this process's memory: asked by every request and every click, so nothing here touches the database.</summary>
public sealed class LiveSession(SessionFacts facts, AccountOptions options)
{
    private SessionFacts _facts = facts;
    private ClaimsIdentity _identity = UserClaims.Of(facts);
    private long _seen = facts.LastSeenAt.Ticks;
    private long _written = facts.LastSeenAt.Ticks;
    private volatile bool _over;
    private ImmutableList<Action> _whenOver = [];

    public int Id => _facts.Id;
    public string KeyHash => _facts.KeyHash;
    public DateTime LastSeenAt => new(Interlocked.Read(ref _seen), DateTimeKind.Utc);

    /// <summary>Whether an open page depends on it.</summary>
    public bool IsWatched => !_whenOver.IsEmpty;

    /// <summary>An admin with nothing but a password.</summary>
    public bool LacksSecondFactor => _facts is { Role: Data.Users.Role.Admin, HasSecondFactor: false };

    public ClaimsPrincipal Principal => new(_identity);

    /// <summary>False from the moment it was ended, was idle for too long or open for too long.</summary>
    public bool IsAlive(DateTime now)
    {
        if (!_over && (now - LastSeenAt >= options.Idle || now - _facts.CreatedAt >= options.Longest))
            End();
        return !_over;
    }

    public void SeenAt(DateTime now)
    {
        if (now.Ticks > Interlocked.Read(ref _seen))
            Interlocked.Exchange(ref _seen, now.Ticks);
    }

    /// <summary>What the database doesn't know yet: when it was last seen. Null when it knows.</summary>
    public DateTime? TakeUnwritten()
    {
        var seen = Interlocked.Read(ref _seen);
        return Interlocked.Exchange(ref _written, seen) == seen ? null : new DateTime(seen, DateTimeKind.Utc);
    }

    /// <summary>The database was asked again. Another role is another person: the pages that are open were made for the former one.</summary>
    public void Learn(SessionFacts? facts)
    {
        if (facts is not { Stands: true } || facts.Role != _facts.Role || facts.KeyHash != _facts.KeyHash)
        {
            End();
            return;
        }
        if (facts with { LastSeenAt = _facts.LastSeenAt } != _facts)
            (_facts, _identity) = (facts, UserClaims.Of(facts));
        SeenAt(facts.LastSeenAt);
    }

    /// <summary>Calls <paramref name="act"/> once the session is over; at once if it is.</summary>
    public IDisposable WhenOver(Action act)
    {
        ImmutableInterlocked.Update(ref _whenOver, list => list.Add(act));
        if (_over)
            act();
        return new Unwatch(this, act);
    }

    public void End()
    {
        _over = true;
        foreach (var act in _whenOver)
            act();
    }

    private sealed class Unwatch(LiveSession session, Action act) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref session._whenOver, list => list.Remove(act));
    }
}
