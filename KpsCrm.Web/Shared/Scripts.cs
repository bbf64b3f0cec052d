using Microsoft.JSInterop;

namespace KpsCrm.Web.Shared;

public static class Scripts
{
    /// <summary>Runs one function of a module; nothing when the page is left meanwhile.</summary>
    public static async Task RunAsync(this IJSRuntime js, string module, string function, params object?[] arguments)
    {
        try
        {
            await using var loaded = await js.InvokeAsync<IJSObjectReference>("import", module);
            await loaded.InvokeVoidAsync(function, arguments);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and what the function was for with it.
        }
    }
}
