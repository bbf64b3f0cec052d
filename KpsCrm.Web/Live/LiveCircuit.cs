using Microsoft.AspNetCore.Components.Server.Circuits;

namespace KpsCrm.Web.Live;

/// <summary>Tells the parts of one open page when its browser is gone for a while: the circuit itself lives on for minutes, in case it comes back.</summary>
public sealed class LiveCircuit : CircuitHandler
{
    /// <summary>True when the browser is back. Called on any thread.</summary>
    public event Action<bool>? Connected;

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Connected?.Invoke(false);
        return Task.CompletedTask;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Connected?.Invoke(true);
        return Task.CompletedTask;
    }
}
