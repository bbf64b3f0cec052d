using KpsCrm.Data.Security;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace KpsCrm.Web.Features.Account;

/// <summary>From where a circuit is connected: of each new connection the request that opened it. In a request, that one.</summary>
public sealed class CircuitOrigin(IHttpContextAccessor http)
{
    private RequestOrigin? _ofCircuit;

    public RequestOrigin? Current => _ofCircuit ?? (http.HttpContext is { } request ? SecurityTrail.OriginOf(request) : null);

    private void Connected() => _ofCircuit = http.HttpContext is { } request ? SecurityTrail.OriginOf(request) : _ofCircuit;

    /// <summary>While a connection comes up, the accessor holds the request of that connection; later it may hold none.</summary>
    internal sealed class Watch(CircuitOrigin origin) : CircuitHandler
    {
        public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
        {
            origin.Connected();
            return Task.CompletedTask;
        }
    }
}
