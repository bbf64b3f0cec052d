using KpsCrm.Data.Changes;
using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>
/// What everybody may see and do now, kept in memory and read anew by the first who asks after a change of people, teams or rights.
/// A cookie says who somebody is; what that means is asked here, at every read and every write.
/// </summary>
public sealed class Rights(IProvider provider, ChangeFeed feed)
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile RightsNow? _now;

    /// <summary>The actor with the role and the reach that the person has at this moment. The program itself, and whoever it acts for, stays as it is.</summary>
    public async ValueTask<Actor> PresentAsync(Actor who, CancellationToken cancellationToken = default) =>
        who.UserId is null || who.Role is null ? who : (await NowAsync(cancellationToken)).Present(who);

    /// <summary>Somebody may be unable to see something. False only when it is known that everybody sees everything.</summary>
    internal bool MayBeNarrow => _now is not { } now || now.Version != feed.VersionOf(Topics.Users) || now.IsAnyNarrow;

    internal ValueTask<RightsNow> NowAsync(CancellationToken cancellationToken = default) =>
        _now is { } now && now.Version == feed.VersionOf(Topics.Users) ? ValueTask.FromResult(now) : new(LoadAsync(cancellationToken));

    private async Task<RightsNow> LoadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Read before the rows are: what changes meanwhile makes them stale, never the other way round.
            var version = feed.VersionOf(Topics.Users);
            if (_now is { } now && now.Version == version)
                return now;
            await using var db = await provider.OpenForReadingAsync(cancellationToken);
            var people = await db.Users.Where(u => u.DeactivatedAt == null).Select(u => new Colleague(u.Id, u.Name, u.Role, u.TeamId)).ToListAsync(cancellationToken);
            return _now = new(version, people, await db.RoleRights.ToListAsync(cancellationToken));
        }
        finally
        {
            _turn.Release();
        }
    }
}
