using System.Security.Claims;
using KpsCrm.Web.Site;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>Who is behind a circuit; nobody from the moment its session is over.</summary>
internal sealed class SessionUser : ServerAuthenticationStateProvider
{
    private const string Over = "over";

    public void SignOut() => SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity { Label = Over }))));

    /// <summary>Was someone in this circuit; not a visitor who never was.</summary>
    public static bool IsOver(ClaimsPrincipal person) => person.Identity is ClaimsIdentity { Label: Over };
}

/// <summary>
/// The gate of a circuit. Handlers are public endpoints, so everything that comes from the browser, and not only what is still drawn, is dropped
/// once the session is over.
/// </summary>
internal sealed class SessionGate(AuthenticationStateProvider user, LiveSessions sessions, ActBrake brake) : CircuitHandler
{
    private int? _session;
    private IDisposable? _watch;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _session = SessionKey.IdOf((await user.GetAuthenticationStateAsync()).User);
        if (_session is { } id)
            _watch = sessions.WhenOver(id, () => (user as SessionUser)?.SignOut());
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        async context =>
        {
            // Asked again after the wait, not before it.
            if (await brake.WaitAsync() && (_session is not { } id || sessions.IsAlive(id)))
                await next(context);
        };

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _watch?.Dispose();
        return Task.CompletedTask;
    }
}
