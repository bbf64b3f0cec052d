using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Data;

public class WriteQueueTests
{
    [Fact]
    public async Task OneFailingWriteLeavesTheOthersOfItsCommitWhole()
    {
        await using var data = await TestDatabase.CreateAsync();

        var writes = Enumerable.Range(0, 50).Select(i => data.Store.WriteAsync(data.Anna, db =>
        {
            db.Leads.Add(new Lead { Name = $"Lead {i}", Email = $"{i}@example.com" });
            return i % 6 == 0 ? throw new RuleException("no") : Task.FromResult(i);
        })).ToList();
        await Task.WhenAll(writes.Select(w => w.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(9, writes.Count(w => w.Exception?.InnerException is RuleException));
        var stored = await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.Name).ToListAsync());
        Assert.Equal(writes.Where(w => w.IsCompletedSuccessfully).Select(w => $"Lead {w.Result}").Order(), stored.Order());
    }

    [Fact]
    public async Task WritersWaitingTogetherShareCommits()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();
        await using var file = new SqliteConnection($"Data Source={data.Options.Path};Pooling=False");
        await file.OpenAsync();
        await using var version = file.CreateCommand();
        version.CommandText = "PRAGMA data_version";
        using var gate = new SemaphoreSlim(0);
        var first = data.Store.WriteAsync(data.Anna, async _ =>
        {
            await gate.WaitAsync();
            return 0;
        });

        // All of these wait behind the first; the next commit takes them together.
        var commits = new System.Collections.Concurrent.ConcurrentDictionary<long, int>();
        var others = Enumerable.Range(0, 40).Select(async i =>
        {
            await data.AddLeadAsync(email: $"{i}@example.com");
            lock (version)
                commits.AddOrUpdate((long)version.ExecuteScalar()!, 1, (_, n) => n + 1);
        }).ToList();
        gate.Release();
        await first;
        await Task.WhenAll(others);

        Assert.True(commits.Count <= 3, $"40 writes took {commits.Count} commits");
    }

    [Fact]
    public async Task AnAnsweredWriteIsOnDiskAndAReaderNeverWaits()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var gate = new SemaphoreSlim(0);
        var entered = new TaskCompletionSource();
        var slow = data.Store.WriteAsync(data.Anna, async db =>
        {
            db.Leads.Add(new Lead { Name = "Slow", Email = "slow@example.com" });
            await db.SaveChangesAsync();
            entered.SetResult();
            await gate.WaitAsync();
            return 0;
        });
        await entered.Task;

        // In the middle of the write a reader sees the state before it, at once.
        Assert.Equal(0, await data.Store.ReadAsync(data.Ben, view => view.Leads.CountAsync()).WaitAsync(TimeSpan.FromSeconds(5)));
        gate.Release();
        await slow;

        await using var stranger = new SqliteConnection($"Data Source={data.Options.Path};Mode=ReadOnly;Pooling=False");
        await stranger.OpenAsync();
        await using var count = stranger.CreateCommand();
        count.CommandText = "SELECT count(*) FROM leads";
        Assert.Equal(1L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task ACancelledWriteThatHasNotBegunIsNotRun()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var gate = new SemaphoreSlim(0);
        using var cancel = new CancellationTokenSource();
        var first = data.Store.WriteAsync(data.Anna, async _ =>
        {
            await gate.WaitAsync();
            return 0;
        });
        var second = data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Never", Email = "never@example.com" })), cancel.Token);
        await cancel.CancelAsync();
        gate.Release();
        await first;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, await data.Store.ReadAsync(data.Ben, view => view.Leads.CountAsync()));
    }

    [Fact]
    public async Task ALockHeldByAnotherProcessFailsTheWriteAndTheNextOneSucceeds()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();
        await using (var stranger = new SqliteConnection($"Data Source={data.Options.Path};Pooling=False"))
        {
            await stranger.OpenAsync();
            await using var hold = stranger.BeginTransaction(deferred: false);
            await Assert.ThrowsAsync<SqliteException>(() => data.AddLeadAsync(email: "late@example.com"));
            await hold.RollbackAsync();
        }

        await data.AddLeadAsync(email: "later@example.com");
        Assert.Equal(2, await data.Store.ReadAsync(data.Ben, view => view.Leads.CountAsync()));
    }

    /// <summary>A full disk shows itself at the commit: SQLite rolls back by itself, as it does when a hook says no.</summary>
    [Fact]
    public async Task AFailedCommitIsToldAndTheNextWriteSucceeds()
    {
        await using var data = await TestDatabase.CreateAsync();
        await Assert.ThrowsAsync<SqliteException>(() => data.Store.WriteAsync(data.Anna, db =>
        {
            SQLitePCL.raw.sqlite3_commit_hook(((SqliteConnection)db.Database.GetDbConnection()).Handle, _ => 1, null);
            return Task.FromResult(db.Leads.Add(new Lead { Name = "Lost", Email = "lost@example.com" }));
        }));

        await data.AddLeadAsync(email: "later@example.com");

        Assert.Equal(["later@example.com"], await data.Store.ReadAsync(data.Ben, view => view.Leads.Select(l => l.Email).ToListAsync()));
    }

    [Fact]
    public async Task AStatementThatGivesUpTheWholeTransactionFailsItsBatchAndTheNextWriteSucceeds()
    {
        await using var data = await TestDatabase.CreateAsync();
        var before = data.Feed.VersionOf(KpsCrm.Data.Changes.Topics.All);

        var failure = await Assert.ThrowsAsync<DbUpdateException>(() => data.Store.WriteAsync(data.Anna, async db =>
        {
            await db.InsertAsync(new Lead { Name = "Lost", Email = "lost@example.com" });
            await db.Database.ExecuteSqlRawAsync("ROLLBACK");
            throw new DbUpdateException("The disk is full.");
        }));
        await data.AddLeadAsync(email: "later@example.com");

        Assert.Equal("The disk is full.", failure.Message);
        Assert.Equal(["later@example.com"], await data.Store.ReadAsync(data.Ben, view => view.Leads.Select(l => l.Email).ToListAsync()));
        Assert.Equal(before + 1, data.Feed.VersionOf(KpsCrm.Data.Changes.Topics.All));
    }

    [Fact]
    public async Task WritersBehindALockAreToldTogether()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();
        await using var stranger = new SqliteConnection($"Data Source={data.Options.Path};Pooling=False");
        await stranger.OpenAsync();
        await using var hold = stranger.BeginTransaction(deferred: false);
        var began = System.Diagnostics.Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Assert.ThrowsAsync<SqliteException>(() => data.AddLeadAsync(email: $"{i}@example.com"))));

        // One by one it would take five seconds for each.
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(20), $"It took {began.Elapsed}.");
    }
}
