using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using SQLitePCL;

namespace KpsCrm.Data.Providers;

/// <summary>
/// SQLite has one writer, so writes take turns here instead of colliding in the file. Those waiting share one commit (the disk's wait is
/// most of a write's cost), each inside its own savepoint, so that one failing leaves the others whole. Each is answered, and its changes
/// are published, after that commit.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    private const int MostPerCommit = 64;

    private readonly Channel<Operation> _waiting = Channel.CreateUnbounded<Operation>();
    private readonly SqliteConnection _connection;
    private readonly PooledDbContextFactory<SqliteCrmDbContext> _contexts;
    private readonly PreparedStatements _prepared;
    private readonly SemaphoreSlim _standing = new(1);
    private readonly Meters _meters;
    private readonly Task _loop;
    private long _opened;
    private long _writes;

    public WriteQueue(string connectionString, CommandWatch watch, Meters meters)
    {
        // Not from the pool: closing it after an error must really close it.
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        _prepared = new PreparedStatements(_connection);
        _contexts = new(SqliteCrmDbContext.Options().UseSqlite(_connection).AddInterceptors(watch).Options);
        _meters = meters;
        _loop = Task.Run(RunAsync);
    }

    public Task<T> EnqueueAsync<T>(Func<CrmDbContext, CrmDbContext> prepare, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken)
    {
        var operation = new Write<T>(prepare, act, cancellationToken);
        return _waiting.Writer.TryWrite(operation)
            ? operation.Done
            : Task.FromException<T>(new ObjectDisposedException(nameof(WriteQueue), "The program is shutting down; nothing was saved."));
    }

    public long Writes => Interlocked.Read(ref _writes);

    public int Waiting => _waiting.Reader.Count;

    /// <summary>A number that changes when another connection has committed, or when that can't be known because the writer's own had to be opened anew.</summary>
    public Task<long> DataVersionAsync(CancellationToken cancellationToken) =>
        EnqueueAsync(db => db, async db =>
        {
            await using var command = _connection.CreateCommand();
            command.CommandText = "PRAGMA data_version";
            command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction!.GetDbTransaction();
            return (_opened << 32) + (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }, cancellationToken);

    /// <summary>Runs <paramref name="act"/> between two commits, with the writer's connection closed. Writers wait for their turn meanwhile.</summary>
    public async Task<T> StandStillAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        await _standing.WaitAsync(cancellationToken);
        try
        {
            await _connection.CloseAsync();
            return await act();
        }
        finally
        {
            _standing.Release();
        }
    }

    private async Task RunAsync()
    {
        var batch = new List<Operation>(MostPerCommit);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            await _standing.WaitAsync();
            var waiting = Math.Max(1, _waiting.Reader.Count);
            try
            {
                await CommitTogetherAsync(batch);
            }
            catch (Exception e)
            {
                // The transaction could not begin or commit: nothing of the batch was written, and each is told so. Those who have waited
                // for a lock that did not come free are told together, not one after the other after as many waits.
                for (var told = batch.Count == 0 ? 0 : waiting; told < waiting && _waiting.Reader.TryRead(out var late); told++)
                    batch.Add(late);
                foreach (var operation in batch)
                    operation.Fail(e);
                // While it is kept, the file is found again when it is put back; opening anew would take another in its place.
                if (FileInPlace.IsBroken(e))
                    continue;
                // After an I/O error nothing about a connection is certain; the next commit opens it anew.
                try
                {
                    await _connection.CloseAsync();
                }
                catch (SqliteException)
                {
                    // Open or closed: the next commit finds out.
                }
            }
            finally
            {
                _standing.Release();
            }
        }
    }

    private async Task CommitTogetherAsync(List<Operation> batch)
    {
        if (_connection.State != System.Data.ConnectionState.Open)
            await OpenAsync();

        // Not deferred: takes the write lock now, so that nothing in the batch can find it taken halfway.
        await using var transaction = _connection.BeginTransaction(deferred: false);
        FileInPlace.Demand(_connection);
        while (batch.Count < MostPerCommit && _waiting.Reader.TryRead(out var operation))
        {
            batch.Add(operation);
            await RunOneAsync(operation, transaction);
        }
        transaction.Commit();
        Interlocked.Add(ref _writes, batch.Count);
        _meters.CommitSize.Record(batch.Count);

        foreach (var operation in batch)
            operation.Complete();
    }

    private bool IsRolledBack => raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    private async Task RunOneAsync(Operation operation, SqliteTransaction transaction)
    {
        if (operation.Cancelled)
            return;

        transaction.Save("operation");
        await using var db = _contexts.CreateDbContext();
        try
        {
            db.Prepared = _prepared;
            db.Database.AutoSavepointsEnabled = false;
            await db.Database.UseTransactionAsync(transaction);
            await operation.RunAsync(db);
            transaction.Release("operation");
        }
        catch (Exception e)
        {
            // What the pooled context has noted must not be told by whoever gets it next.
            db.TakeUncommitted();
            operation.FailAfterCommit(e);
            // No space, an I/O error: with this statement SQLite has given up the whole transaction, and so every write of the batch.
            if (IsRolledBack)
                throw;
            transaction.Rollback("operation");
            transaction.Release("operation");
        }
    }

    private async Task OpenAsync()
    {
        await _connection.OpenAsync();
        UnicodeLower.AddTo(_connection);
        _opened++;
        await using var pragma = _connection.CreateCommand();
        // FULL: an answered write survives a power cut.
        pragma.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536;";
        await pragma.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _standing.Dispose();
        _prepared.Dispose();
        await _connection.DisposeAsync();
    }

    private abstract class Operation
    {
        public abstract bool Cancelled { get; }

        public abstract Task RunAsync(CrmDbContext db);

        public abstract void FailAfterCommit(Exception e);

        public abstract void Fail(Exception e);

        public abstract void Complete();
    }

    private sealed class Write<T>(Func<CrmDbContext, CrmDbContext> prepare, Func<CrmDbContext, Task<T>> act, CancellationToken cancellationToken) : Operation
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _failure;
        private Action? _publish;

        public Task<T> Done => _done.Task;

        public override bool Cancelled => cancellationToken.IsCancellationRequested;

        public override async Task RunAsync(CrmDbContext db)
        {
            prepare(db);
            db.SealsBeforeCommit = true;
            _result = await act(db);
            await db.SaveChangesAsync();
            await db.SealAsync();
            var changes = db.TakeUncommitted();
            _publish = db.Publisher(changes);
        }

        public override void FailAfterCommit(Exception e) => _failure = e;

        public override void Fail(Exception e) => _done.TrySetException(_failure ?? e);

        public override void Complete()
        {
            if (Cancelled && _publish is null)
            {
                _done.TrySetCanceled(cancellationToken);
                return;
            }
            if (_failure is not null)
            {
                _done.TrySetException(_failure);
                return;
            }
            _publish?.Invoke();
            _done.TrySetResult(_result!);
        }
    }
}
