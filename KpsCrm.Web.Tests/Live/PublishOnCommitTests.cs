using System.Threading.Channels;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KpsCrm.Web.Tests.Live;

public class PublishOnCommitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACommittedWriteTellsWhatChangedAndByWhom(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var heard = Listen(data.Feed, Topics.Deals);

        var id = await data.AddDealAsync();

        Assert.Equal([new Change(Topics.Deals, id, ChangeKind.Added, data.Anna.UserId)], await NextAsync(heard));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AFailedWriteTellsNothingAndLeavesNothing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var before = data.Feed.VersionOf(Topics.All);

        await Assert.ThrowsAsync<RuleException>(() => data.Store.WriteAsync(data.Anna, async db =>
        {
            db.Deals.Add(new Deal { Title = "Half", AmountCents = 1 });
            await db.SaveChangesAsync();
            throw new RuleException("no");
        }));
        await Assert.ThrowsAsync<DbUpdateException>(() => data.AddDealAsync(amountCents: -1));

        Assert.Equal(before, data.Feed.VersionOf(Topics.All));
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Deals.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ARolledBackTransactionOfAContextTellsNothing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var before = data.Feed.VersionOf(Topics.All);

        await using (var scope = data.Provided.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CrmDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Deals.Add(new Deal { Title = "Half", AmountCents = 1 });
            await db.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        Assert.Equal(before, data.Feed.VersionOf(Topics.All));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACommittedTransactionOfAContextTellsItsChangesOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var before = data.Feed.VersionOf(Topics.Deals);

        await using (var scope = data.Provided.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CrmDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Deals.Add(new Deal { Title = "Whole", AmountCents = 1 });
            await db.SaveChangesAsync();
            Assert.Equal(before, data.Feed.VersionOf(Topics.Deals));
            await transaction.CommitAsync();
        }

        Assert.Equal(before + 1, data.Feed.VersionOf(Topics.Deals));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheNewsIsReadableTheMomentItIsTold(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var seen = Channel.CreateUnbounded<int>();
        using var _ = data.Feed.Subscribe(Topics.Deals, async _ => await seen.Writer.WriteAsync(await data.Store.ReadAsync(data.Ben, view => view.Deals.CountAsync())));

        await data.AddDealAsync();

        Assert.Equal(1, await seen.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheSecondOfTwoSavesOfOneVersionFails(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();
        await data.Store.WriteAsync(data.Anna, async db => (await db.Deals.SingleAsync(d => d.Id == id)).Title = "Anna's");

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => data.Store.WriteAsync(data.Ben, async db =>
        {
            var deal = await db.Deals.SingleAsync(d => d.Id == id);
            db.Entry(deal).Property(d => d.Version).OriginalValue = 1;
            deal.Title = "Ben's";
        }));

        Assert.Equal("Anna's", await data.Store.ReadAsync(data.Ben, view => view.Deals.Select(d => d.Title).SingleAsync()));
    }

    [Fact]
    public async Task AnotherInstanceOnPostgresHearsOfAWrite()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        await using var other = data.OpenSecondInstance();
        var heard = Listen(other.GetRequiredService<ChangeFeed>(), Topics.Deals);
        await using var watching = await WatchAsync(other);
        Assert.Contains(await NextAsync(heard), c => c.Kind == ChangeKind.Everything);

        var id = await data.AddDealAsync();

        Assert.Equal([new Change(Topics.Deals, id, ChangeKind.Added, data.Anna.UserId)], await NextAsync(heard, data));
    }

    [Fact]
    public async Task ANoticeIsSentInsideTheTransactionOfEachWrite()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        await using var listener = new Npgsql.NpgsqlConnection(data.Options.ConnectionString);
        await listener.OpenAsync();
        var notices = new List<string>();
        listener.Notification += (_, n) => notices.Add(n.Payload);
        await using (var listen = new Npgsql.NpgsqlCommand($"LISTEN {Notice.Channel}", listener))
            await listen.ExecuteNonQueryAsync();

        var id = await data.AddDealAsync();
        await Assert.ThrowsAsync<DbUpdateException>(() => data.AddDealAsync(amountCents: -1));
        await listener.WaitAsync(new CancellationTokenSource(Patience).Token);

        Assert.EndsWith($"|{(int)Topics.Deals},{id},{(int)ChangeKind.Added},{data.Anna.UserId}", Assert.Single(notices));
    }

    [Fact]
    public async Task AfterALostConnectionToPostgresEverythingCountsAsChanged()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var heard = Listen(data.Feed, Topics.Deals);
        await using var watching = await WatchAsync(data.Provided);
        Assert.Contains(await NextAsync(heard, data), c => c.Kind == ChangeKind.Everything);

        await PostgresServer.ExecuteAsync(data.Options.ConnectionString!, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");

        Assert.Contains(await NextAsync(heard, data), c => c.Kind == ChangeKind.Everything);
    }

    [Fact]
    public async Task AWriteByAnotherProcessOnSqliteIsNoticed()
    {
        await using var data = await TestDatabase.CreateAsync();
        var heard = Listen(data.Feed, Topics.Deals);
        await using var watching = await WatchAsync(data.Provided);
        await data.AddDealAsync();
        Assert.DoesNotContain(await NextAsync(heard, data), c => c.Kind == ChangeKind.Everything);

        await using (var stranger = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={data.Options.Path};Pooling=False"))
        {
            await stranger.OpenAsync();
            await using var insert = stranger.CreateCommand();
            insert.CommandText = "INSERT INTO deals (title, amount_cents) VALUES ('By hand', 100)";
            await insert.ExecuteNonQueryAsync();
        }

        Assert.Contains(await NextAsync(heard, data), c => c.Kind == ChangeKind.Everything);
    }

    private static Channel<IReadOnlyCollection<Change>> Listen(ChangeFeed feed, Topics of)
    {
        var heard = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        feed.Subscribe(of, changes => heard.Writer.WriteAsync(changes).AsTask());
        return heard;
    }

    private static async Task<IReadOnlyCollection<Change>> NextAsync(Channel<IReadOnlyCollection<Change>> heard, TestDatabase? ticking = null)
    {
        var next = heard.Reader.ReadAsync().AsTask();
        using var patience = new CancellationTokenSource(Patience);
        while (ticking is not null && !next.IsCompleted && !patience.IsCancellationRequested)
            await Task.WhenAny(next, Task.Run(() => Advance(ticking)));
        return await next.WaitAsync(Patience);
    }

    private static void Advance(TestDatabase data)
    {
        data.Clock.Advance(TimeSpan.FromMilliseconds(200));
        Thread.Yield();
    }

    private static async Task<Watch> WatchAsync(IServiceProvider services)
    {
        var watch = services.GetServices<IHostedService>().OfType<OtherWritersWatch>().Single();
        await watch.StartAsync(default);
        return new Watch(watch);
    }

    private sealed record Watch(IHostedService Service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Service.StopAsync(default);
    }
}
