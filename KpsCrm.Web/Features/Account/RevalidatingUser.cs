using System.Security.Claims;
using KpsCrm.Data.Users;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Account;

/// <summary>Ends an open circuit soon after its user's security stamp has changed (new password, new role, deactivated).</summary>
public sealed class RevalidatingUser(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options, IHostApplicationLifetime lifetime, ILogger<RevalidatingUser> log) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return true;

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            return await users.GetUserAsync(authenticationState.User) is { } user
                && user.SecurityStamp == authenticationState.User.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            // An exception would sign everybody out. While the database doesn't answer there is nothing to see or change anyway.
            log.LogWarning("Could not look whether a person may still be here ({Reason}); looking again soon", e.Message);
            return true;
        }
    }
}
