using KpsCrm.Data.Changes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KpsCrm.Data.Providers;

/// <summary>PostgreSQL: a write is a transaction, several instances tell each other by LISTEN/NOTIFY.</summary>
internal sealed class PostgresProvider : IProvider
{
    private const int Attempts = 5;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly string _origin = Guid.NewGuid().ToString("N");
    private readonly string _connectionString;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Whispers _whispers;
    private readonly PooledDbContextFactory<PostgresCrmDbContext> _readers;
    private readonly PooledDbContextFactory<PostgresCrmDbContext> _writers;
    private long _writes;
    private int _underWay;

    public PostgresProvider(string connectionString, Whispers whispers, TimeProvider clock, CommandWatch watch, ILogger<PostgresProvider> log)
    {
        (_connectionString, _whispers, _clock, _log) = (connectionString, whispers, clock, log);
        whispers.Carrier = WhisperAsync;
        _readers = new(PostgresCrmDbContext.Options().UseNpgsql(connectionString).AddInterceptors(watch).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options, poolSize: 64);
        _writers = new(PostgresCrmDbContext.Options().UseNpgsql(connectionString).AddInterceptors(watch).Options, poolSize: 64);
    }

    public async ValueTask<CrmDbContext> OpenForReadingAsync(CancellationToken cancellationToken) => await _readers.CreateDbContextAsync(cancellationToken);

    public CrmDbContext OpenForIdentity()
    {
        var db = _writers.CreateDbContext();
        db.Origin = _origin;
        return db;
    }

    public async Task<T> WriteAsync<T>(Func<CrmDbContext, CrmDbContext> prepare, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await WriteOnceAsync(prepare, act, cancellationToken);
                }
                catch (Exception e) when (attempt < Attempts && WasVictim(e))
                {
                    _log.LogInformation("Two writes waited for each other; this one is done again");
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<CrmDbContext, CrmDbContext> prepare, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken)
    {
        await using var db = await _writers.CreateDbContextAsync(cancellationToken);
        db.Origin = _origin;
        prepare(db);
        db.SealsBeforeCommit = true;
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await act(db);
        await db.SaveChangesAsync(cancellationToken);
        await db.SealAsync(cancellationToken);
        await db.CommitAsync(transaction, cancellationToken);
        Interlocked.Increment(ref _writes);
        return result;
    }

    /// <summary>The server ended this write so that another could go on: nothing of it was written, and nobody is at fault.</summary>
    private static bool WasVictim(Exception? e) => e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } || (e is not null && WasVictim(e.InnerException));

    public Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken) => throw new NotSupportedException("The server's database is replaced by the server's own tools.");

    public long Writes => Interlocked.Read(ref _writes);

    public int Waiting => Volatile.Read(ref _underWay);

    /// <summary>Listens until cancelled. What happened while the connection was down is unknown, so after each (re)connect everything counts as changed.</summary>
    public async Task WatchAsync(ChangeFeed feed, CancellationToken cancellationToken)
    {
        var listening = new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false, KeepAlive = 15 }.ToString();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(listening);
                connection.Notification += (_, notice) =>
                {
                    if (notice.Channel == Whispers.Channel)
                        _whispers.Hear(notice.Payload);
                    else
                        feed.Publish(Notice.Read(_origin, notice.Payload) ?? []);
                };
                await connection.OpenAsync(cancellationToken);
                await using (var listen = new NpgsqlCommand($"LISTEN {Notice.Channel}; LISTEN {Whispers.Channel}", connection))
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                feed.Publish([Change.Everything()]);
                _whispers.Reconnect();
                while (true)
                    await connection.WaitAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _log.LogWarning("Lost the connection on which other instances' changes arrive ({Reason}); trying again", e.Message);
                await Task.Delay(RetryAfter, _clock, cancellationToken);
            }
        }
    }

    private async Task WhisperAsync(string words)
    {
        await using var db = await _readers.CreateDbContextAsync();
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Whispers.Channel}, {words})");
    }
}
