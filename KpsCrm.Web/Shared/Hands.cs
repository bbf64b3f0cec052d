using Microsoft.JSInterop;

namespace KpsCrm.Web.Shared;

/// <summary>What a script keeps running beside a component: dragging, keys. Its module's <c>start</c> gives an object with a <c>dispose</c>. Nothing happens when the page is left meanwhile.</summary>
public sealed class Hands(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _running;
    private bool _gone;

    public async Task StartAsync(string module, params object?[] arguments)
    {
        await TryAsync(async () =>
        {
            await using var loaded = await js.InvokeAsync<IJSObjectReference>("import", module);
            // On a slow line the page may be left before its script has come, and its elements with it.
            if (!_gone)
                _running = await loaded.InvokeAsync<IJSObjectReference>("start", arguments);
        });
        if (_gone)
            await DisposeAsync();
    }

    /// <summary>Nothing before it has started.</summary>
    public Task CallAsync(string function, params object?[] arguments) =>
        _running is { } running ? TryAsync(async () => await running.InvokeVoidAsync(function, arguments)) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        if (Interlocked.Exchange(ref _running, null) is not { } running)
            return;
        await TryAsync(async () =>
        {
            await running.InvokeVoidAsync("dispose");
            await running.DisposeAsync();
        });
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and what was meant for it.
        }
    }
}
