using System.Security.Claims;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Account;

/// <summary>Puts the person's name, and their role with all roles it includes, into the cookie.</summary>
public sealed class UserClaims(UserManager<User> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<User>(users, options)
{
    private const string NameClaim = "name";
    private const string SecondFactorClaim = "second_factor";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(NameClaim, user.Name));
        foreach (var role in Enum.GetValues<Role>().Where(r => r <= user.Role))
            identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        return identity;
    }

    /// <summary>Who a request acts for, and where it comes from.</summary>
    public static Actor ActorOf(HttpContext http) => ActorOf(http.User) with { From = SecurityTrail.OriginOf(http) };

    /// <summary>The person of a session, made anew at each look into the database: the cookie says nothing about them.</summary>
    internal static ClaimsIdentity Of(SessionFacts facts)
    {
        var id = facts.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, facts.Email), new(NameClaim, facts.Name), SessionKey.IdOf(facts)], IdentityConstants.ApplicationScheme);
        foreach (var role in Enum.GetValues<Role>().Where(r => r <= facts.Role))
            identity.AddClaim(new Claim(ClaimTypes.Role, role.ToString()));
        identity.AddClaim(new Claim("amr", facts.Method switch { SignInMethod.Passkey => "passkey", SignInMethod.SecondFactor => "mfa", _ => "pwd" }));
        if (facts.HasSecondFactor)
            identity.AddClaim(new Claim(SecondFactorClaim, "yes"));
        return identity;
    }

    /// <summary>Something besides a password stands, or stood, at this person's door.</summary>
    internal static bool HasSecondFactor(ClaimsPrincipal principal) => principal.HasClaim(SecondFactorClaim, "yes");

    /// <summary>Who a request or a circuit acts for; <see cref="Actor.Visitor"/> when nobody is signed in.</summary>
    public static Actor ActorOf(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true || !int.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
            return Actor.Visitor;

        var role = Enum.GetValues<Role>().Where(r => principal.IsInRole(r.ToString())).Cast<Role?>().LastOrDefault();
        return new Actor(id, principal.FindFirstValue(NameClaim) ?? principal.Identity.Name ?? "?", role);
    }
}
