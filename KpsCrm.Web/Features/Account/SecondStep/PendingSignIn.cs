using System.Globalization;
using System.Security.Claims;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account.SecondStep;

/// <summary>Between the password and the code: a cookie of a few minutes that opens nothing, and dies with the password it stands for.</summary>
internal static class PendingSignIn
{
    private static readonly string Scheme = IdentityConstants.TwoFactorUserIdScheme;

    public static Task StartAsync(HttpContext http, User user) => http.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(
        [new(ClaimTypes.Name, user.Id.ToString(CultureInfo.InvariantCulture)), new("stamp", user.SecurityStamp!)], Scheme)));

    /// <summary>Whose password was right a moment ago.</summary>
    public static async Task<User?> ReadAsync(HttpContext http, UserManager<User> users)
    {
        var pending = (await http.AuthenticateAsync(Scheme)).Principal;
        return pending?.FindFirstValue(ClaimTypes.Name) is { } id && await users.FindByIdAsync(id) is { } user && user.SecurityStamp == pending.FindFirstValue("stamp") ? user : null;
    }

    public static Task EndAsync(HttpContext http) => http.SignOutAsync(Scheme);
}
