using Bunit;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace KpsCrm.Web.Tests.Pipeline;

public sealed class ToastsTests : BunitContext
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly ISnackbar _snackbar;
    private readonly Toasts _toasts;

    public ToastsTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        _snackbar = Services.GetRequiredService<ISnackbar>();
        _toasts = new Toasts(_snackbar, _clock);
    }

    [Fact]
    public void AFewAreToldOneByOneAndTheRestIsCountedInOneToastThatGrows()
    {
        Assert.Null(_toasts.Tell([]));
        Assert.Equal("one. two", _toasts.Tell(["one", "two"]));
        Assert.Equal("three. 2 more changes", _toasts.Tell(["three", "four", "five"]));
        Assert.Equal("3 more changes", _toasts.Tell(["six"]));

        Assert.Equal(["one", "two", "three", "3 more changes"], _snackbar.ShownSnackbars.Select(s => s.Message));
    }

    [Fact]
    public void AfterAQuietWhileTheyAreToldOneByOneAgain()
    {
        _toasts.Tell(["one", "two", "three", "four"]);
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("five", _toasts.Tell(["five"]));
    }
}
