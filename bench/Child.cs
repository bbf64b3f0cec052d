using System.Diagnostics;

namespace KpsCrm.Bench;

/// <summary>This program again, as another process: load must not live in the heap that is measured.</summary>
public sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(params string[] arguments) => new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!);

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A child process of the bench ended early.");

    public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Asks the child to end by closing its input.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
