using System.Diagnostics;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data;

/// <summary>
/// The one door to the data. A read gets the rows its asker may see; a write is one transaction, saved once and told to every open screen after its commit.
/// </summary>
public sealed class CrmStore(IProvider provider, ChangeFeed feed, TimeProvider clock, Rights rights, Meters meters)
{
    /// <summary>Asks a question. Project to records inside it: nothing tracked leaves.</summary>
    public async Task<T> ReadAsync<T>(Actor who, Func<CrmView, Task<T>> ask, CancellationToken cancellationToken = default) =>
        await ReadAsPresentAsync(await rights.PresentAsync(who, cancellationToken), ask, cancellationToken);

    /// <summary>For whoever has just asked what the person's rights are, and must be answered with these and no others.</summary>
    /// <param name="who">From <see cref="PresentAsync"/>.</param>
    /// <param name="asker">What is named in the log if it takes long, when that is not the caller.</param>
    public async Task<T> ReadAsPresentAsync<T>(Actor who, Func<CrmView, Task<T>> ask, CancellationToken cancellationToken = default, object? asker = null)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        db.For(who, clock, feed, rights).Asker = asker ?? ask;
        return await ask(new CrmView(db, who));
    }

    /// <inheritdoc cref="Rights.PresentAsync"/>
    public ValueTask<Actor> PresentAsync(Actor who, CancellationToken cancellationToken = default) => rights.PresentAsync(who, cancellationToken);

    /// <summary>
    /// Runs <paramref name="act"/> and saves what it changed, all or nothing. Only database work belongs inside: on SQLite other writers wait for their turn.
    /// The ids of added rows are there when the returned task is done.
    /// </summary>
    /// <exception cref="DbUpdateConcurrencyException">Someone saved one of the records first; nothing was written.</exception>
    /// <exception cref="RuleException">A rule refused; nothing was written.</exception>
    /// <exception cref="AccessDeniedException">Something of it is out of the person's reach; nothing was written.</exception>
    public Task<T> WriteAsync<T>(Actor who, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken = default) => WriteForAsync(act, who, act, cancellationToken);

    private async Task<T> WriteForAsync<T>(Delegate asker, Actor who, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var present = await rights.PresentAsync(who, cancellationToken);
        // Whatever was allowed until now was asked of a role that the person has no longer.
        if (who.Role is { } role && !present.Is(role))
            throw Gate.Refused(present);
        var written = await provider.WriteAsync(db =>
        {
            db.For(present, clock, feed, rights).Asker = asker;
            return db;
        }, act, cancellationToken);
        meters.WriteSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return written;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Actor who, Func<CrmDbContext, Task> act, CancellationToken cancellationToken = default) =>
        WriteForAsync(act, who, async db =>
        {
            await act(db);
            return 0;
        }, cancellationToken);

    /// <summary>A context for ASP.NET Core Identity, which saves by itself. Publishes like every other.</summary>
    internal CrmDbContext OpenForIdentity() => provider.OpenForIdentity().For(Actor.System, clock, feed, rights);
}
