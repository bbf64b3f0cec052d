using System.Net;
using System.Net.Sockets;
using KpsCrm.Data;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>What the program needs and does not get: handles, its keys.</summary>
[Collection(Alone.Name)]
public sealed class StarvedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-starved-").FullName;

    [Fact]
    public async Task WithoutHandlesItRefusesAndIsThereAgainOnceTheyComeFree()
    {
        var database = Path.Combine(_folder, "kps_crm.db");
        var traffic = new Traffic();
        await using (var server = await ServerProcess.StartAsync(database))
        {
            using var visitor = server.NewClient();
            using var stop = new CancellationTokenSource();
            var people = traffic.RunAsync(server, stop.Token);
            // Not from the start, when it reads its libraries: a runtime that can't read one ends.
            await Waiting.UntilAsync(() => traffic.Acknowledged >= 100, people);

            var most = Verify.HandlesOf(server.Process.Id) + 40;
            Assert.Equal(0, await ServerProcess.RunAsync("prlimit", "--pid", $"{server.Process.Id}", $"--nofile={most}:{most}"));
            var url = new Uri(server.Url);
            var sockets = new List<Socket>();
            for (var i = 0; i < 400; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                try
                {
                    socket.Connect(url.Host, url.Port);
                }
                catch (SocketException)
                {
                    // On its way, or refused.
                }
                sockets.Add(socket);
            }
            using (var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1)))
            {
                while (!server.Process.HasExited && HandlesOf(server) < most - 5)
                    await Task.Delay(20, patience.Token);
            }
            Assert.False(server.Process.HasExited, $"It ended: {server.Said}");
            sockets.ForEach(s => s.Dispose());
            await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.OK);
            var before = traffic.Acknowledged;
            // Whoever was cut off meanwhile comes again.
            await stop.CancelAsync();
            await people;
            using var again = new CancellationTokenSource();
            people = traffic.RunAsync(server, again.Token);
            while (traffic.Acknowledged < before + 10 && !people.IsCompleted)
                await Task.Delay(5);
            await again.CancelAsync();
            await people;
            Assert.True(traffic.Acknowledged >= before + 10, server.Said);
        }
        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = database }).BuildServiceProvider();
        Assert.Equal([], await traffic.LostAsync(services.GetRequiredService<CrmStore>()));
        Assert.Equal([], await Verify.FindingsAsync(services));
    }

    [Fact]
    public async Task WhoseKeysAreLostSignsInAgain()
    {
        var app = await CrmApp.StartAsync(folder: _folder);
        using var before = await app.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/tasks")).StatusCode);
        await app.StopAsync();
        Directory.Delete(Path.Combine(_folder, "keys"), recursive: true);

        await using var again = await CrmApp.StartAsync(folder: _folder, url: app.Url);

        var answer = await before.GetAsync("/tasks");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Contains("/sign-in", answer.Headers.Location!.ToString());
        using var after = await again.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync("/tasks")).StatusCode);
    }

    /// <summary>None of one that has ended since.</summary>
    private static int HandlesOf(ServerProcess server)
    {
        try
        {
            return Verify.HandlesOf(server.Process.Id);
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
