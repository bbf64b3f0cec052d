using System.Globalization;
using KpsCrm.Data;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>Much use, one round after the other: handles and memory stay what they were after the first.</summary>
[Collection(Alone.Name)]
public sealed class SoakTests : IDisposable
{
    private const int ActsPerRound = 400;
    private const long MostGrowth = 150L * 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("kps-soak-").FullName;

    /// <summary>The bench asks for hours.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("KPS_SOAK"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 3;

    [Fact]
    public async Task UseLeavesNoHandleAndNoMemoryBehind()
    {
        var database = Path.Combine(_folder, "kps_crm.db");
        var traffic = new Traffic();
        await using var server = await ServerProcess.StartAsync(database);
        await RoundAsync(server, traffic);
        var (handles, memory) = (Verify.HandlesOf(server.Process.Id), MemoryOf(server.Process.Id));

        for (var round = 1; round < Rounds; round++)
            await RoundAsync(server, traffic);

        // Connections of clients that are gone are closed in their own time.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (Verify.HandlesOf(server.Process.Id) > handles * 1.1 + 5)
            await Task.Delay(100, patience.Token);
        var grown = MemoryOf(server.Process.Id) - memory;
        Assert.True(grown < MostGrowth, $"It grew by {grown / 1024 / 1024} MB in {traffic.Acknowledged} acts.");
        Console.Error.WriteLine($"soak: {traffic.Acknowledged} acts, {handles} handles then and {Verify.HandlesOf(server.Process.Id)} now, {memory / 1024 / 1024} MB then and {(memory + grown) / 1024 / 1024} MB now");
        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = database }).BuildServiceProvider();
        Assert.Equal([], await traffic.LostAsync(services.GetRequiredService<CrmStore>()));
        Assert.Equal([], await Verify.FindingsAsync(services));
    }

    private static async Task RoundAsync(ServerProcess server, Traffic traffic)
    {
        using var stop = new CancellationTokenSource();
        var before = traffic.Acknowledged;
        var people = traffic.RunAsync(server, stop.Token);
        while (traffic.Acknowledged < before + ActsPerRound && !people.IsCompleted)
            await Task.Delay(10);
        await stop.CancelAsync();
        await people;
        Assert.True(traffic.Acknowledged >= before + ActsPerRound, server.Said);
    }

    private static long MemoryOf(int pid) => long.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture) * 1024;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
