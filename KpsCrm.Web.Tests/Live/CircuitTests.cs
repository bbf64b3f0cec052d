using System.Runtime.CompilerServices;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KpsCrm.Web.Tests.Live;

public class CircuitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task TwoHundredSubscriptionsMadeHeardAndDisposedLeaveNothingBehind()
    {
        var feed = new ChangeFeed(TimeProvider.System, NullLogger<ChangeFeed>.Instance);
        var pages = new WeakReference[200];
        for (var i = 0; i < pages.Length; i++)
            pages[i] = await OpenHearAndCloseAsync(feed);

        // The last pumps rest for a moment after telling, and end by themselves.
        using var patience = new CancellationTokenSource(Patience);
        while (pages.Any(p => p.IsAlive))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(Subscription.Pause, patience.Token);
        }

        Assert.Equal(0, feed.Subscribers);
    }

    [Fact]
    public async Task ALeavingBrowserTakesItsSubscriptionsWithIt()
    {
        await using var app = await CrmApp.StartAsync();
        // The workers of mail, reminders, backups and the search index, the watch over the audit trail, the keeper of sessions, and the limits that admins choose, for as long as the program runs.
        const int Always = 7;
        await Waiting.UntilAsync(() => app.Feed.Subscribers == Always);

        await using (var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline"))
        {
            await anna.Page.Locator(".board[data-ready]").WaitForAsync();
            var open = app.Feed.Subscribers;
            Assert.True(open > Always);
            // Going about leaves no subscriptions of pages that are gone.
            foreach (var path in new[] { "/leads", "/deals", "/", "/pipeline" })
                await anna.Page.Locator($"nav a[href='{path}']").First.ClickAsync();
            await anna.Page.Locator(".board[data-ready]").WaitForAsync();
            await Waiting.UntilAsync(() => app.Feed.Subscribers == open);
            await anna.Page.CloseAsync(new() { RunBeforeUnload = true });
            // While there is a browser yet: the page's last word is on its way.
            await Waiting.UntilAsync(() => app.Feed.Subscribers == Always);
        }

        // Nobody listens, and nothing breaks.
        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com" })));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> OpenHearAndCloseAsync(ChangeFeed feed)
    {
        var page = new Page();
        var subscription = feed.Subscribe(Topics.All, page.HearAsync);
        feed.Publish([new Change(Topics.Deals, 1, ChangeKind.Modified, 3)]);
        await page.Heard.Task.WaitAsync(Patience);
        subscription.Dispose();
        return new WeakReference(page);
    }

    private sealed class Page
    {
        private readonly byte[] _screen = new byte[100_000];

        public TaskCompletionSource Heard { get; } = new();

        public Task HearAsync(IReadOnlyCollection<Change> changes)
        {
            _screen[0] = (byte)changes.Count;
            Heard.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
