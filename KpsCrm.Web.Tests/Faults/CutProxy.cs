using System.Net;
using System.Net.Sockets;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>A proxy before the program that loses its connections, or holds everything back, when told to.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private CancellationTokenSource _line = new();
    private int _taken;

    public CutProxy(string url)
    {
        _target = new Uri(url).Port;
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Connections so far.</summary>
    public int Taken => _taken;

    /// <summary>All connections end without a word; new ones are taken.</summary>
    public void Cut()
    {
        var old = Interlocked.Exchange(ref _line, new());
        old.Cancel();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _taken);
                _ = CarryAsync(client, _line.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task CarryAsync(Socket client, CancellationToken line)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, line);
            await using var here = new NetworkStream(client, ownsSocket: true);
            await using var there = new NetworkStream(server, ownsSocket: true);
            await Task.WhenAny(here.CopyToAsync(there, line), there.CopyToAsync(here, line));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Cut.
        }
        client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
    }
}
