using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace KpsCrm.Web.Tests.Support;

/// <summary>A real mail server on a free port. Each property makes it misbehave in one way; what it took with 250 is in <see cref="Taken"/>.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<MimeMessage> _taken = new();
    private readonly ConcurrentQueue<string> _raw = new();
    private TcpListener? _listener;
    private int _connections;

    public SmtpServer() => Start();

    public int Port { get; private set; }

    public IReadOnlyList<MimeMessage> Taken => [.. _taken];

    /// <summary>The messages as they came over the wire, dots unstuffed, also those that were not answered.</summary>
    public IReadOnlyList<string> Raw => [.. _raw];

    public int Connections => _connections;

    /// <summary>Instead of 220: for example <c>421 too busy</c>.</summary>
    public string Banner { get; set; } = "220 test ESMTP";

    /// <summary>The answer to RCPT TO; null takes it. Gets the address.</summary>
    public Func<string, string?> OnRecipient { get; set; } = _ => null;

    /// <summary>Instead of 250 after the message; an empty answer cuts the connection.</summary>
    public Func<string> OnMessage { get; set; } = () => "250 taken";

    /// <summary>Offers STARTTLS with it.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Asks for it, from whomever.</summary>
    public string? Password { get; set; }

    /// <summary>Between any two bytes of its greeting.</summary>
    public TimeSpan Drip { get; set; }

    /// <summary>Greets never.</summary>
    public bool Silent { get; set; }

    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener);
    }

    /// <summary>From now on connections are refused; <see cref="Start"/> opens the same port again.</summary>
    public void Stop() => _listener!.Stop();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener!.Stop();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = TalkAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        try
        {
            if (Silent)
                await Task.Delay(Timeout.Infinite, _stop.Token);
            foreach (var letter in Encoding.Latin1.GetBytes(Banner + "\r\n"))
            {
                await stream.WriteAsync(new[] { letter }, _stop.Token);
                if (Drip > TimeSpan.Zero)
                    await Task.Delay(Drip, _stop.Token);
            }
            if (Banner.StartsWith('2'))
                await TalkAsync(stream, isSecure: false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
        {
            // The other side is gone, or the test is over.
        }
    }

    private async Task TalkAsync(Stream stream, bool isSecure)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        await using var writer = new StreamWriter(stream, Encoding.Latin1, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var command = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (command)
            {
                case "EHLO":
                    await writer.WriteAsync($"250-test\r\n250-8BITMIME\r\n{(Certificate is null || isSecure ? "" : "250-STARTTLS\r\n")}{(Password is null ? "" : "250-AUTH PLAIN\r\n")}250 ENHANCEDSTATUSCODES\r\n");
                    break;
                case "STARTTLS":
                    await writer.WriteLineAsync("220 go ahead");
                    await using (var secure = new SslStream(stream))
                    {
                        await secure.AuthenticateAsServerAsync(Certificate!);
                        await TalkAsync(secure, isSecure: true);
                    }
                    return;
                case "AUTH":
                    var said = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1]));
                    await writer.WriteLineAsync(said.EndsWith($"\0{Password}", StringComparison.Ordinal) ? "235 welcome" : "535 5.7.8 Bad credentials");
                    break;
                case "RCPT":
                    await writer.WriteLineAsync(OnRecipient(line[(line.IndexOf('<') + 1)..line.IndexOf('>')]) ?? "250 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go ahead");
                    var raw = await ReadMessageAsync(reader);
                    _raw.Enqueue(raw);
                    var answer = OnMessage();
                    if (answer.Length == 0)
                        return;
                    if (answer.StartsWith('2'))
                        _taken.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(raw))));
                    await writer.WriteLineAsync(answer);
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<string> ReadMessageAsync(StreamReader reader)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return message.ToString();
    }
}
