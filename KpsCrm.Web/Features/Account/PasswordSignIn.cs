using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

/// <summary>
/// Signs someone in, and tells a stranger nothing: an unknown address, a locked account and a wrong password give the same
/// answer after the same work.
/// </summary>
public sealed class PasswordSignIn(SignInManager<User> signIn, IPasswordHasher<User> hasher, SecurityTrail trail)
{
    private static readonly User Nobody = new() { Name = "Nobody" };
    private static string? _hashOfNothing;

    public async Task<bool> RunAsync(HttpContext http, string email, string password)
    {
        var users = signIn.UserManager;
        var user = await users.FindByNameAsync(email);
        if (user is null || !await signIn.CanSignInAsync(user) || await users.IsLockedOutAsync(user))
        {
            hasher.VerifyHashedPassword(Nobody, _hashOfNothing ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString()), password);
            await trail.LoginFailedAsync(http, email);
            return false;
        }

        var result = await signIn.PasswordSignInAsync(user, password, isPersistent: true, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await trail.LoginSucceededAsync(http, user.Id);
            return true;
        }

        await trail.LoginFailedAsync(http, email);
        if (result.IsLockedOut)
            await trail.LockedOutAsync(http, email);
        return false;
    }
}
