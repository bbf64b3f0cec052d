using KpsCrm.Data.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace KpsCrm.Web.Features.Create;

/// <summary>The panel's window in the browser: PanelHost.razor.js. Nothing happens before it has started, and after the page is gone.</summary>
internal sealed class PanelWindow(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private string? _next;
    private string? _focus;

    public bool IsThere => _module is not null;

    /// <returns>What was open before a reload.</returns>
    public async Task<PanelRequest?> StartAsync(ElementReference dialog, object host, Actor who)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference?>("import", "./Features/Create/PanelHost.razor.js");
            return _module is null ? null : await _module.InvokeAsync<PanelRequest?>("start", dialog, host, who.UserId);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone before its panel was there.
            return null;
        }
    }

    /// <returns>The draft that was kept.</returns>
    public async Task<IReadOnlyDictionary<string, string>?> OpenAsync(PanelRequest request) =>
        _module is null ? null : await _module.InvokeAsync<Dictionary<string, string>?>("open", request, request.Slot);

    public async Task CallAsync(string function)
    {
        if (_module is not null)
            await _module.InvokeVoidAsync(function);
    }

    /// <summary>What it does once what it is about has been rendered.</summary>
    public void Next(string function) => _next = function;

    public void FocusNext(string? id) => _focus = id;

    public async Task RenderedAsync()
    {
        if (_next is { } next)
        {
            _next = null;
            await CallAsync(next);
        }
        if (_focus is { } focus && _module is not null)
        {
            _focus = null;
            await _module.InvokeVoidAsync("focus", focus);
        }
    }

    public Task ForgetAsync()
    {
        // What was to be kept with the next rendering would come back as a draft.
        _next = null;
        return CallAsync("forget");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }
}
