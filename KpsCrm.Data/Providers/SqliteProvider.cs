using KpsCrm.Data.Changes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace KpsCrm.Data.Providers;

/// <summary>SQLite in WAL mode: readers on pooled connections of their own, all writers through the <see cref="WriteQueue"/>.</summary>
internal sealed class SqliteProvider : IProvider, IAsyncDisposable
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    private readonly PooledDbContextFactory<SqliteCrmDbContext> _readers;
    private readonly DbContextOptions<SqliteCrmDbContext> _identity;
    private readonly WriteQueue _queue;
    private readonly SwitchGate _gate = new();
    private readonly TimeProvider _clock;
    private long? _seen;

    /// <summary>For work on a file of its own, which nobody measures.</summary>
    public SqliteProvider(string path, TimeProvider clock)
        : this(path, clock, new Meters())
    {
    }

    private SqliteProvider(string path, TimeProvider clock, Meters meters)
        : this(path, clock, new CommandWatch(meters, int.MaxValue, NullLogger<CommandWatch>.Instance), meters)
    {
    }

    public SqliteProvider(string path, TimeProvider clock, CommandWatch watch, Meters meters)
    {
        _clock = clock;
        ConnectionString = ConnectionStringFor(path);
        _identity = SqliteCrmDbContext.Options().AddInterceptors(_gate).UseSqlite(ConnectionString).Options;
        _readers = new(SqliteCrmDbContext.Options().AddInterceptors(_gate, watch).UseSqlite(ConnectionString).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options, poolSize: 64);
        _queue = new WriteQueue(ConnectionString, watch, meters);
    }

    public string ConnectionString { get; }

    /// <summary>Foreign keys are enforced; a lock held by another process is waited for up to five seconds. A file that is gone is not made anew, empty.</summary>
    public static string ConnectionStringFor(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 5, Mode = SqliteOpenMode.ReadWrite }.ToString();

    public async ValueTask<CrmDbContext> OpenForReadingAsync(CancellationToken cancellationToken) => await _readers.CreateDbContextAsync(cancellationToken);

    public CrmDbContext OpenForIdentity() => new SqliteCrmDbContext(_identity);

    public Task<T> WriteAsync<T>(Func<CrmDbContext, CrmDbContext> prepare, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken) =>
        _queue.EnqueueAsync(prepare, act, cancellationToken);

    public Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken) => _queue.StandStillAsync(async () =>
    {
        _gate.Close();
        try
        {
            // Those who passed the gate just now are inside: who comes to be alone with the file waits for them.
            LetGo();
            return await act();
        }
        finally
        {
            LetGo();
            _gate.Open();
        }
    }, cancellationToken);

    public long Writes => _queue.Writes;

    public int Waiting => _queue.Waiting;

    /// <summary>
    /// <c>PRAGMA data_version</c> on the writer's connection changes exactly when some other connection has committed:
    /// the command line, <c>sqlite3</c>, or Identity's own saves, for which one look too many does no harm.
    /// </summary>
    public async Task WatchAsync(ChangeFeed feed, CancellationToken cancellationToken)
    {
        // Kept from one watch to the next: what was committed while a look failed is told by the first that succeeds.
        _seen ??= await _queue.DataVersionAsync(cancellationToken);
        using var timer = new PeriodicTimer(WatchEvery, _clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = await _queue.DataVersionAsync(cancellationToken);
            if (now != _seen)
                feed.Publish([Change.Everything()]);
            _seen = now;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        LetGo();
    }

    /// <summary>Connections that wait to be used again are closed, those in use when they are done.</summary>
    private void LetGo()
    {
        using var pool = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(pool);
    }
}
