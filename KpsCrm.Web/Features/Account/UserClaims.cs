using System.Security.Claims;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Account;

/// <summary>Puts the person's name, and their role with all roles it includes, into the cookie.</summary>
public sealed class UserClaims(UserManager<User> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<User>(users, options)
{
    private const string NameClaim = "name";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(NameClaim, user.Name));
        foreach (var role in Enum.GetValues<Role>().Where(r => r <= user.Role))
            identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        return identity;
    }

    /// <summary>Who a request or a circuit acts for; <see cref="Actor.Visitor"/> when nobody is signed in.</summary>
    public static Actor ActorOf(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true || !int.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
            return Actor.Visitor;

        var role = Enum.GetValues<Role>().Where(r => principal.IsInRole(r.ToString())).Cast<Role?>().LastOrDefault();
        return new Actor(id, principal.FindFirstValue(NameClaim) ?? principal.Identity.Name ?? "?", role);
    }
}
