using System.Diagnostics.CodeAnalysis;
using KpsCrm.Web.Shared;
using Microsoft.JSInterop;

namespace KpsCrm.Web.Tests.Shared;

public class HandsTests
{
    [Fact]
    public async Task WhatWasStartedIsCalledAndEndsOnce()
    {
        var line = new Line();
        var hands = new Hands(line);
        await hands.CallAsync("focus");

        await hands.StartAsync("./Board.razor.js", 1);
        await hands.CallAsync("focus", 7);
        await hands.DisposeAsync();
        await hands.DisposeAsync();
        await hands.CallAsync("focus", 8);

        Assert.Equal(["import", "start", "left", "focus", "dispose", "left"], line.Calls);
    }

    [Fact]
    public async Task APageThatIsLeftBeforeItsScriptCameStartsNothing()
    {
        var line = new Line { Import = new() };
        var hands = new Hands(line);
        var starting = hands.StartAsync("./Board.razor.js");

        await hands.DisposeAsync();
        line.Import.SetResult();
        await starting;

        Assert.Equal(["import", "left"], line.Calls);
    }

    [Fact]
    public async Task APageThatIsLeftWhileItStartsIsEnded()
    {
        var line = new Line { Start = new() };
        var hands = new Hands(line);
        var starting = hands.StartAsync("./Board.razor.js");

        await hands.DisposeAsync();
        line.Start.SetResult();
        await starting;

        Assert.Equal(["import", "start", "left", "dispose", "left"], line.Calls);
    }

    [Fact]
    public async Task AClosedWindowThrowsNothing()
    {
        var line = new Line();
        var hands = new Hands(line);
        await hands.StartAsync("./Board.razor.js");
        line.IsClosed = true;

        await hands.CallAsync("focus");
        await hands.DisposeAsync();
        await new Hands(line).StartAsync("./Board.razor.js");
    }

    /// <summary>A browser at the other end, as far as scripts are concerned.</summary>
    private sealed class Line : IJSRuntime, IJSObjectReference
    {
        private const DynamicallyAccessedMemberTypes Json = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties;

        public List<string> Calls { get; } = [];
        public TaskCompletionSource? Import { get; init; }
        public TaskCompletionSource? Start { get; init; }
        public bool IsClosed { get; set; }

        public async ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Json)] TValue>(string identifier, object?[]? args)
        {
            await HearAsync(identifier);
            return typeof(TValue) == typeof(IJSObjectReference) ? (TValue)(object)this : default!;
        }

        public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Json)] TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public async ValueTask DisposeAsync() => await HearAsync("left");

        private async Task HearAsync(string call)
        {
            if (IsClosed)
                throw new JSDisconnectedException("The circuit has disconnected.");
            Calls.Add(call);
            await ((call switch { "import" => Import, "start" => Start, _ => null })?.Task ?? Task.CompletedTask);
        }
    }
}
