using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>Signs browsers out from afar, open pages included. Each person their own; an admin anyone's.</summary>
public sealed class EndSessions(CrmStore store, LiveSessions sessions)
{
    /// <exception cref="RuleException">There is no such session, or it is someone else's.</exception>
    public async Task OneAsync(Actor who, int id)
    {
        Gate.Demand(who, Role.Sales);
        if (await RunAsync(who, s => s.Id == id) == 0)
            throw new RuleException("This session is over already.");
    }

    /// <summary>All of one's own but <paramref name="keep"/>.</summary>
    /// <returns>How many.</returns>
    public Task<int> OthersAsync(Actor who, int? keep)
    {
        Gate.Demand(who, Role.Sales);
        return RunAsync(who, s => s.UserId == who.UserId && s.Id != keep);
    }

    /// <inheritdoc cref="OthersAsync"/>
    public Task<int> AllOfAsync(Actor who, int userId)
    {
        Gate.Demand(who, Role.Admin);
        return RunAsync(who, s => s.UserId == userId);
    }

    /// <summary>After a leak: everyone's, one's own included.</summary>
    /// <inheritdoc cref="OthersAsync"/>
    public Task<int> EveryonesAsync(Actor who)
    {
        Gate.Demand(who, Role.Admin);
        return RunAsync(who, s => true);
    }

    private async Task<int> RunAsync(Actor who, System.Linq.Expressions.Expression<Func<Session, bool>> which)
    {
        var count = await store.WriteAsync(who, async db =>
        {
            var ended = await db.Sessions.Where(which).Where(s => s.EndedAt == null && (who.Role == Role.Admin || s.UserId == who.UserId)).ToListAsync();
            foreach (var session in ended)
            {
                session.End(SessionEnd.Ended, db.Now);
                db.Audit(SecurityEvents.SessionEnded, $"users/{session.UserId}", new { session = session.Id, device = Device.Of(session.UserAgent) });
            }
            return ended.Count;
        });
        // The feed says the same in a moment; who pressed the button need not wait for it.
        await sessions.RefreshAsync();
        return count;
    }
}
