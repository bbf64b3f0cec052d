using KpsCrm.Data.Changes;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data;

/// <summary>
/// The one door to the data. A read gets the rows its asker may see; a write is one transaction, saved once and told to every open screen after its commit.
/// </summary>
public sealed class CrmStore(IProvider provider, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>Asks a question. Project to records inside it: nothing tracked leaves.</summary>
    public async Task<T> ReadAsync<T>(Actor who, Func<CrmView, Task<T>> ask, CancellationToken cancellationToken = default)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        return await ask(new CrmView(db.For(who, clock, feed), who));
    }

    /// <summary>
    /// Runs <paramref name="act"/> and saves what it changed, all or nothing. Only database work belongs inside: on SQLite other writers wait for their turn.
    /// The ids of added rows are there when the returned task is done.
    /// </summary>
    /// <exception cref="DbUpdateConcurrencyException">Someone saved one of the records first; nothing was written.</exception>
    /// <exception cref="RuleException">A rule refused; nothing was written.</exception>
    public Task<T> WriteAsync<T>(Actor who, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken = default) =>
        provider.WriteAsync(db => db.For(who, clock, feed), act, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Actor who, Func<CrmDbContext, Task> act, CancellationToken cancellationToken = default) =>
        WriteAsync(who, async db =>
        {
            await act(db);
            return 0;
        }, cancellationToken);

    /// <summary>A context for ASP.NET Core Identity, which saves by itself. Publishes like every other.</summary>
    internal CrmDbContext OpenForIdentity() => provider.OpenForIdentity().For(Actor.System, clock, feed);
}
