using System.Collections.Concurrent;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>A running program on a test's database, with an ear on everything it publishes.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _watch;
    private readonly ConcurrentQueue<Change> _heard = new();

    private Instance(ServiceProvider services, TimeProvider clock)
    {
        _services = services;
        _watch = services.GetServices<IHostedService>().OfType<OtherWritersWatch>().Single();
        Answers = new(Store, Feed, clock);
        Feed.Subscribe(Topics.All, changes =>
        {
            foreach (var change in changes)
                _heard.Enqueue(change);
            return Task.CompletedTask;
        });
    }

    public IServiceProvider Services => _services;
    public CrmStore Store => StoreOf(_services);
    public ChangeFeed Feed => FeedOf(_services);
    public LiveAnswers Answers { get; }

    /// <summary>All that was published since it started.</summary>
    public IReadOnlyCollection<Change> Heard => _heard;

    /// <summary>Whether it keeps running until the test stops it.</summary>
    public bool Ended { get; private set; }

    public static async Task<Instance> StartAsync(TestDatabase data)
    {
        var instance = new Instance(data.OpenSecondInstance(), data.Clock);
        await instance._watch.StartAsync(default);
        return instance;
    }

    public async ValueTask DisposeAsync()
    {
        if (Ended)
            return;
        Ended = true;
        await _watch.StopAsync(default);
        await _services.DisposeAsync();
    }

    public static CrmStore StoreOf(IServiceProvider services) => services.GetRequiredService<CrmStore>();

    public static ChangeFeed FeedOf(IServiceProvider services) => services.GetRequiredService<ChangeFeed>();
}
