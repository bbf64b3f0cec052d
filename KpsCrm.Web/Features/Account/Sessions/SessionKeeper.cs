using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>Keeps memory and database in step about sessions for as long as the program runs.</summary>
internal sealed class SessionKeeper(LiveSessions sessions, CrmStore store, ChangeFeed feed, TimeProvider clock, ILogger<SessionKeeper> log) : BackgroundService
{
    /// <summary>Looks even when nothing was heard: a connection on which other instances speak may be dead without anyone knowing.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    /// <summary>Longer than any session may live: until then, whoever comes with a dead one is told apart from whoever invents a key.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(LiveSessions.Of, _ => TryAsync(sessions.RefreshAsync));
        feed.Replaced += sessions.ForgetDead;
        var (written, forgotten) = (clock.GetTimestamp(), clock.GetTimestamp());
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.TickAsync(stoppingToken))
        {
            sessions.Sweep();
            await TryAsync(sessions.RefreshAsync);
            if (clock.GetElapsedTime(written) >= WriteEvery)
            {
                written = clock.GetTimestamp();
                await TryAsync(sessions.WriteLastSeenAsync);
            }
            if (clock.GetElapsedTime(forgotten) >= ForgetEvery)
            {
                forgotten = clock.GetTimestamp();
                await TryAsync(ForgetAsync);
            }
        }
    }

    private Task ForgetAsync() => store.WriteAsync(Actor.System, async db =>
    {
        await Brakes.SweepAsync(db);
        var before = db.Now - Remembered;
        db.Sessions.RemoveRange(await db.Sessions.Where(s => s.LastSeenAt < before).OrderBy(s => s.Id).Take(1_000).ToListAsync());
    });

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        feed.Replaced -= sessions.ForgetDead;
        await TryAsync(sessions.WriteLastSeenAsync);
    }

    /// <summary>While the database is away nobody is signed out: there is nothing to see or change meanwhile.</summary>
    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e)
        {
            log.LogWarning("Could not look after the sessions ({Reason}); trying again in a moment", e.Message);
        }
    }
}
