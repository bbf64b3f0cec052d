using KpsCrm.Data.Changes;

namespace KpsCrm.Data.Providers;

/// <summary>What differs between the databases: how a context is opened, and how writers take turns.</summary>
public interface IProvider
{
    /// <summary>A context that tracks nothing and never waits for a writer.</summary>
    ValueTask<CrmDbContext> OpenForReadingAsync(CancellationToken cancellationToken);

    /// <summary>A context that saves by itself.</summary>
    CrmDbContext OpenForIdentity();

    /// <summary>Runs one operation in one transaction, saves it and publishes its changes after the commit.</summary>
    Task<T> WriteAsync<T>(Func<CrmDbContext, CrmDbContext> prepare, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken);

    /// <summary>How many writes of this process have ended so far.</summary>
    long Writes { get; }

    /// <summary>
    /// Runs <paramref name="act"/> while this process has no connection to the database and opens none: who reads or writes waits and finds what is there then.
    /// Only where the database is a file.
    /// </summary>
    Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken);

    /// <summary>Writes that wait for their turn, or are under way.</summary>
    int Waiting { get; }

    /// <summary>Carries the changes of other processes into the feed until cancelled.</summary>
    Task WatchAsync(ChangeFeed feed, CancellationToken cancellationToken);
}
