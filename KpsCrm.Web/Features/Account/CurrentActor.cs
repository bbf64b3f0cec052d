using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components.Authorization;

namespace KpsCrm.Web.Features.Account;

/// <summary>The person behind this circuit or request, by the name they have now, and where they are.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication, CircuitOrigin origin, SecurityTrail trail, CrmStore store)
{
    /// <summary>With the rights of this moment.</summary>
    public async ValueTask<Actor> GetAsync()
    {
        var who = UserClaims.ActorOf((await authentication.GetAuthenticationStateAsync()).User) with
        {
            From = origin.Current,
            WhenRefused = (refused, subject) => trail.Note(refused, SecurityEvents.AccessDenied, subject, severity: SecuritySeverity.Warning),
        };
        try
        {
            return await store.PresentAsync(who);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            // Nothing can be read or changed as long as it lasts; who it is, is known all the same.
            return who;
        }
    }
}
