using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>The built program as a process of its own that can be killed, stopped and starved. It has one door more, <see cref="TestDoor"/>, for what people do over a circuit.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly StringBuilder _said = new();

    private ServerProcess(Process process, string url, string database) => (Process, Url, Database) = (process, url, database);

    public Process Process { get; }
    public string Url { get; }
    public string Database { get; }

    /// <summary>What it wrote to its console.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <param name="args">None serves.</param>
    /// <param name="within">A program that runs it, with its arguments: strace, prlimit.</param>
    public static ServerProcess Launch(string database, string[] args, string[]? within = null, Dictionary<string, string>? settings = null, string? folder = null)
    {
        var bin = AppContext.BaseDirectory;
        string[] command = [.. within ?? [], "dotnet", "exec", "--depsfile", Path.Combine(bin, "KpsCrm.Web.Tests.deps.json"), "--runtimeconfig", Path.Combine(bin, "KpsCrm.Web.Tests.runtimeconfig.json"), typeof(Program).Assembly.Location, .. args];
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? Path.GetDirectoryName(database)! };
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = typeof(TestDoor).Assembly.GetName().Name!,
            ["Database__Path"] = database,
            ["Database__SampleData"] = "false",
            ["Intake__RequestsPerMinute"] = "100000",
            ["Limits__RequestsPerMinute"] = "1000000",
            ["Urls"] = url,
        }.Concat(settings ?? []))
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        var server = new ServerProcess(process, url, database);
        process.OutputDataReceived += server.Hear;
        process.ErrorDataReceived += server.Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Starts it and waits until it can read and write.</summary>
    public static async Task<ServerProcess> StartAsync(string database, string[]? within = null, Dictionary<string, string>? settings = null)
    {
        var server = Launch(database, [], within, settings);
        await server.ReadyAsync();
        return server;
    }

    public async Task ReadyAsync()
    {
        using var client = NewClient();
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            if (Process.HasExited || Stopwatch.GetElapsedTime(since) > Patience)
                throw new InvalidOperationException($"The program is not ready: {Said}");
            try
            {
                if ((await client.GetAsync("/health/ready")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(Url), Timeout = Patience };

    /// <summary>As the plug does. Returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!Process.HasExited)
            Process.Kill();
        await Process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP, SIGCONT, SIGTERM.</summary>
    public async Task SignalAsync(string name) => await RunAsync("kill", $"-{name}", $"{Process.Id}");

    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Process.Dispose();
    }

    /// <returns>The exit code; 127 when there is no such program.</returns>
    public static async Task<int> RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. args]))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private void Hear(object _, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
