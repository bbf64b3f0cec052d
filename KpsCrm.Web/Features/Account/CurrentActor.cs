using KpsCrm.Data.Security;
using Microsoft.AspNetCore.Components.Authorization;

namespace KpsCrm.Web.Features.Account;

/// <summary>The person behind this circuit or request.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication)
{
    public async ValueTask<Actor> GetAsync() => UserClaims.ActorOf((await authentication.GetAuthenticationStateAsync()).User);
}
