using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>kill -9 at any moment: what was acknowledged is there, no act is half there, and the program comes up again by itself.</summary>
[Collection(Alone.Name)]
public sealed class KillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-kill-").FullName;
    private readonly Random _random = new(int.TryParse(Environment.GetEnvironmentVariable("KPS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1);

    private static int Kills(int usual) => int.TryParse(Environment.GetEnvironmentVariable("KPS_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : usual;

    private string Database => Path.Combine(_folder, "kps_crm.db");

    [Fact]
    public async Task KilledAtAnyWriteItHasWhateverItAcknowledged()
    {
        var traffic = new Traffic();
        for (var kill = 1; kill <= Kills(6); kill++)
        {
            await using var server = await ServerProcess.StartAsync(Database);
            Assert.Equal([], await FindingsAsync(traffic));
            await CopiesHoldAsync(server, traffic, kill == 1 ? 3 : 0);

            var before = traffic.Acknowledged;
            var people = traffic.RunAsync(server, CancellationToken.None);
            await Waiting.UntilAsync(() => traffic.Acknowledged > before + _random.Next(40), people);
            await DieAsync(server);
            await people;
        }
        await using var last = await ServerProcess.StartAsync(Database);
        Assert.Equal([], await FindingsAsync(traffic));
        Assert.True(traffic.Acknowledged > 20, "hardly anything was done");
    }

    /// <summary>Files as they are at one moment of the writing, as a power cut would leave them, open whole and hold what was acknowledged by then.</summary>
    private async Task CopiesHoldAsync(ServerProcess server, Traffic traffic, int copies)
    {
        if (copies == 0)
            return;
        using var stop = new CancellationTokenSource();
        var people = traffic.RunAsync(server, stop.Token);
        for (var copy = 0; copy < copies; copy++)
        {
            var before = traffic.Acknowledged;
            await Waiting.UntilAsync(() => traffic.Acknowledged > before + _random.Next(20), people);
            await server.SignalAsync("STOP");
            // What answers are still on their way when the program stands still, it had given before.
            var folder = Directory.CreateDirectory(Path.Combine(_folder, $"copy{copy}")).FullName;
            var acknowledged = traffic.Snapshot();
            foreach (var part in new[] { "", "-wal" })
                File.Copy(Database + part, Path.Combine(folder, "kps_crm.db" + part));
            await server.SignalAsync("CONT");
            await using var opened = Open(Path.Combine(folder, "kps_crm.db"));
            Assert.Equal([], await acknowledged.LostAsync(opened.GetRequiredService<CrmStore>()));
            Assert.Equal([], (await Verify.FindingsAsync(opened)).Where(f => !f.StartsWith("The content of file", StringComparison.Ordinal)));
        }
        await stop.CancelAsync();
        await people;
    }

    /// <summary>At the n-th write into the journal where strace is at hand, else just now.</summary>
    private async Task DieAsync(ServerProcess server)
    {
        var atWrite = _random.Next(1, 30);
        using var tracer = _random.Next(2) == 0 ? Strace.Attach(server.Process.Id, "-P", Database + "-wal", "-e", "trace=pwrite64,fsync,fdatasync", "-e", $"inject=pwrite64,fsync,fdatasync:signal=SIGKILL:when={atWrite}") : null;
        if (tracer is not null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await server.Process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // So many writes did not come; then without counting.
            }
        }
        await server.KillAsync();
        if (tracer is not null)
            await tracer.WaitForExitAsync();
    }

    private async Task<IReadOnlyList<string>> FindingsAsync(Traffic traffic)
    {
        await using var services = Open(Database);
        return [.. await traffic.LostAsync(services.GetRequiredService<CrmStore>()), .. await Verify.FindingsAsync(services)];
    }

    private static ServiceProvider Open(string path) => new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = path }).BuildServiceProvider();

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
