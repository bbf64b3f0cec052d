using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KpsCrm.Bench;

/// <summary>How many commands the database gets for one change, with nobody, one and fifty people looking at the board.</summary>
public static class QueriesPerChange
{
    private const int Changes = 10;

    public static async Task RunAsync(Report report)
    {
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, leads: 200, deals: 200);
        var counts = new List<(int Viewers, double Commands)>();
        foreach (var viewers in new[] { 0, 1, 50 })
        {
            await using var child = viewers == 0 ? null : Child.Start("viewers", server.Url, "/pipeline", viewers.ToString());
            if (child is not null)
                await child.ReadLineAsync();
            counts.Add((viewers, await CountAsync(server)));
        }
        foreach (var (viewers, commands) in counts.Skip(1))
            report.Add($"Database commands per change, {viewers} viewer{(viewers == 1 ? "" : "s")} of the board", Report.Number(commands - counts[0].Commands), viewers == 1 ? "" : "as with 1", "without the write's own");
    }

    private static async Task<double> CountAsync(Server server)
    {
        await Task.Delay(2_000);
        using var counter = new CommandCounter();
        for (var i = 0; i < Changes; i++)
        {
            var title = $"Renamed {i}";
            await server.Store.WriteAsync(KpsCrm.Data.Security.Actor.System, async db => (await db.Deals.OrderBy(d => d.Id).FirstAsync()).Title = title);
            // Longer than the feed's pause, so that no two changes are merged.
            await Task.Delay(400);
        }
        return counter.Count / (double)Changes;
    }

    private sealed class CommandCounter : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly List<IDisposable> _subscriptions = [];
        private int _count;

        public CommandCounter() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

        public int Count => _count;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
                _subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == RelationalEventId.CommandExecuting.Name)
                Interlocked.Increment(ref _count);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
        }
    }
}
