using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MessagePack;

namespace KpsCrm.Bench;

/// <summary>
/// A browserless viewer: signs in, opens a page and its circuit, acknowledges every render batch. It speaks Blazor's private protocol
/// ("blazorpack" over SignalR), which any .NET version may change: for load and for attacks, never for judging correctness.
/// </summary>
public sealed partial class Circuit(string url) : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<long, string> _handlers = new();
    private int _invocation;
    private long? _renderer;
    private TaskCompletionSource _passed = new();

    public long Batches { get; private set; }
    public long Bytes { get; private set; }
    public string? Failure { get; private set; }

    /// <summary>The handlers of what is drawn now, by their numbers, and their events: "onclick".</summary>
    public IReadOnlyDictionary<long, string> Handlers => _handlers;

    public static async Task<CookieContainer> SignInAsync(string url, string email, string password)
    {
        var cookies = new CookieContainer();
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = new(url) };
        var page = await http.GetStringAsync("/sign-in");
        var answer = await http.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in",
            ["__RequestVerificationToken"] = WebUtility.HtmlDecode(AntiforgeryToken().Match(page).Groups[1].Value),
            ["Input.Email"] = email,
            ["Input.Password"] = password,
        }));
        return answer.StatusCode == HttpStatusCode.Found ? cookies : throw new InvalidOperationException($"Sign-in as {email} answered {(int)answer.StatusCode}.");
    }

    public async Task OpenAsync(CookieContainer cookies, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = new(url) };
        var html = await http.GetStringAsync(path);
        var markers = Marker().Matches(html).Select(m => JsonDocument.Parse(m.Groups[1].Value).RootElement).Where(m => m.TryGetProperty("descriptor", out _)).ToList();
        var state = State().Match(html) is { Success: true } found ? found.Groups[1].Value : "";
        using var negotiated = await http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        var token = JsonDocument.Parse(await negotiated.Content.ReadAsStringAsync()).RootElement.GetProperty("connectionToken").GetString();

        _socket.Options.Cookies = cookies;
        await _socket.ConnectAsync(new Uri($"{url.Replace("http", "ws")}/_blazor?id={token}"), default);
        await _socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, default);
        _ = ReadAsync();
        _ = PingAsync();
        await InvokeAsync("StartCircuit", true, $"{url}/", url + path, "[]", state);
        var operations = markers.Select((marker, i) => new { type = "add", ssrComponentId = i + 1, marker });
        await InvokeAsync("UpdateRootComponents", false, JsonSerializer.Serialize(new { batchId = 1, operations }), state);
        await _started.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Calls a handler as the page's own script would, whether anything of it is drawn or not; returns when the page has taken it up, or has ended.</summary>
    /// <param name="name">Of the event, without "on".</param>
    /// <param name="args">What happened, as JSON.</param>
    public async Task CallAsync(long handler, string name, string args)
    {
        _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await DispatchAsync("call", handler, name, args);
        // A handler that asks something answers when it is answered. One that nobody has is refused when its turn comes.
        await DispatchAsync("turn", long.MaxValue, name, args);
        if (Failure is null)
            await _passed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private Task DispatchAsync(string call, long handler, string name, string args) => InvokeAsync("BeginInvokeDotNetFromJS", false, call, null, "DispatchEventAsync",
        _renderer ?? throw new InvalidOperationException("The page has not said where events go."), $$"""[{"eventHandlerId":{{handler}},"eventName":"{{name}}"},{{args}}]""");

    private async Task InvokeAsync(string target, bool answered, params object?[] arguments)
    {
        var body = new ArrayBufferWriter<byte>(256);
        Write();
        await SendAsync(body.WrittenMemory);

        void Write()
        {
            var writer = new MessagePackWriter(body);
            writer.WriteArrayHeader(6);
            writer.Write(1);
            writer.WriteMapHeader(0);
            if (answered)
                writer.Write((++_invocation).ToString());
            else
                writer.WriteNil();
            writer.Write(target);
            writer.WriteArrayHeader(arguments.Length);
            foreach (var argument in arguments)
            {
                switch (argument)
                {
                    case string text: writer.Write(text); break;
                    case long number: writer.Write(number); break;
                    case bool flag: writer.Write(flag); break;
                    default: writer.WriteNil(); break;
                }
            }
            writer.WriteArrayHeader(0);
            writer.Flush();
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> body)
    {
        var frame = new byte[body.Length + 5];
        var prefix = 0;
        for (var length = body.Length; ; length >>= 7)
        {
            frame[prefix++] = (byte)(length > 0x7f ? length & 0x7f | 0x80 : length);
            if (length <= 0x7f)
                break;
        }
        body.CopyTo(frame.AsMemory(prefix));
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(frame.AsMemory(0, prefix + body.Length), WebSocketMessageType.Binary, true, _stop.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(10), _stop.Token);
                await SendAsync(new byte[] { 0x91, 0x06 });
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Closed.
        }
    }

    private async Task ReadAsync()
    {
        var chunk = new byte[16 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(chunk.AsMemory(), _stop.Token);
                if (read.MessageType == WebSocketMessageType.Close)
                    throw new IOException("the server closed the connection");
                message.Write(chunk, 0, read.Count);
                if (!read.EndOfMessage)
                    continue;

                var data = message.ToArray().AsMemory();
                message.SetLength(0);
                if (data.Span is [(byte)'{', ..])
                    data = data[(data.Span.IndexOf((byte)0x1e) + 1)..];
                while (data.Length > 0)
                {
                    int length = 0, shift = 0, used = 0;
                    byte b;
                    do
                    {
                        b = data.Span[used++];
                        length |= (b & 0x7f) << shift;
                        shift += 7;
                    }
                    while ((b & 0x80) != 0);
                    await HandleAsync(data.Slice(used, length));
                    data = data[(used + length)..];
                }
            }
        }
        catch (Exception e)
        {
            if (!_stop.IsCancellationRequested)
                Failure ??= e.Message;
            _passed.TrySetResult();
            _started.TrySetException(new IOException(Failure ?? "closed"));
        }
    }

    private async Task HandleAsync(ReadOnlyMemory<byte> body)
    {
        var (target, arguments) = Parse(body);
        switch (target)
        {
            case "JS.RenderBatch":
                Batches++;
                await InvokeAsync("OnRenderCompleted", false, (long)arguments[0]!, null);
                break;
            case "JS.BeginInvokeJS":
                var (id, name) = arguments[0] is string json
                    ? (JsonDocument.Parse(json).RootElement.GetProperty("asyncHandle").GetInt64(), JsonDocument.Parse(json).RootElement.GetProperty("identifier").GetString())
                    : ((long)arguments[0]!, (string?)arguments[1]);
                if (Renderer().Match(string.Concat(arguments)) is { Success: true } renderer)
                    _renderer = long.Parse(renderer.Groups[1].Value);
                if (id != 0)
                    await InvokeAsync("EndInvokeJSFromDotNet", false, id, true, $"[{id},true,{Answer(name)}]");
                break;
            case "JS.EndInvokeDotNet":
                if (arguments[0] is "turn")
                    _passed.TrySetResult();
                break;
            case "JS.EndUpdateRootComponents":
                _started.TrySetResult();
                break;
            case "JS.Error":
                Failure = string.Join(",", arguments);
                _passed.TrySetResult();
                break;
        }
    }

    private static string Answer(string? name) => name switch
    {
        "import" => "{\"__jsObjectId\":1}",
        "kpsTheme.dark" => "false",
        _ when name?.Contains("ize", StringComparison.Ordinal) == true => "{\"width\":1440,\"height\":900}",
        _ => "null",
    };

    private (string? Target, List<object?> Arguments) Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new MessagePackReader(body);
        reader.ReadArrayHeader();
        if (reader.ReadInt32() != 1)
            return (null, []);
        reader.Skip();
        reader.Skip();
        var target = reader.ReadString();
        var arguments = new List<object?>();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.Integer: arguments.Add(reader.ReadInt64()); break;
                case MessagePackType.String: arguments.Add(reader.ReadString()); break;
                case MessagePackType.Binary:
                    var bytes = reader.ReadBytes()!.Value.ToArray();
                    Bytes += bytes.Length;
                    if (target == "JS.RenderBatch")
                        NoteHandlers(bytes);
                    arguments.Add(null);
                    break;
                default:
                    reader.Skip();
                    arguments.Add(null);
                    break;
            }
        }
        return (target, arguments);
    }

    /// <summary>
    /// A batch ends with where its parts begin: updated components, frames, disposed components, disposed handlers, texts. A frame has 20 bytes,
    /// and of kind 3 is an attribute: where its name stands, where its value, its handler or 0.
    /// </summary>
    private void NoteHandlers(ReadOnlySpan<byte> batch)
    {
        var (frames, gone, texts) = (Int(batch, batch.Length - 16), Int(batch, batch.Length - 8), Int(batch, batch.Length - 4));
        for (int i = 0, count = Int(batch, frames); i < count; i++)
        {
            var frame = batch.Slice(frames + 4 + (i * 20), 20);
            if (Int(frame, 0) != 3 || BinaryPrimitives.ReadInt64LittleEndian(frame[12..]) is not (> 0 and var handler))
                continue;
            var (at, length) = (Int(batch, texts + (4 * Int(frame, 4))), 0);
            for (var shift = 0; ; shift += 7)
            {
                var part = batch[at++];
                length |= (part & 0x7f) << shift;
                if (part < 0x80)
                    break;
            }
            _handlers[handler] = Encoding.UTF8.GetString(batch.Slice(at, length));
        }
        for (int i = 0, count = Int(batch, gone); i < count; i++)
            _handlers.TryRemove(BinaryPrimitives.ReadInt64LittleEndian(batch[(gone + 4 + (i * 8))..]), out _);

        static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Abort();
        _socket.Dispose();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryToken();

    [GeneratedRegex(@"attachWebRendererInterop.*?__dotNetObject\W+(\d+)")]
    private static partial Regex Renderer();

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex State();
}
