using System.Globalization;
using System.Security.Claims;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Site;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account.Passkeys;

/// <summary>What a page's script asks before it asks the browser for a passkey: the challenge, which waits in a cookie of a few minutes meanwhile.</summary>
public static class PasskeyApi
{
    public static IEndpointRouteBuilder MapPasskeys(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-in/passkey-options", async (HttpContext http, IAntiforgery antiforgery, SignInManager<User> signIn) =>
            await antiforgery.IsOwnFormAsync(http)
                ? Results.Text(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json")
                : Results.BadRequest()).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);

        app.MapPost("/account/passkey-options", async (HttpContext http, IAntiforgery antiforgery, SignInManager<User> signIn) =>
        {
            if (!await antiforgery.IsOwnFormAsync(http) || await signIn.UserManager.GetUserAsync(http.User) is not { } user)
                return Results.BadRequest();
            return Results.Text(await signIn.MakePasskeyCreationOptionsAsync(new() { Id = user.Id.ToString(CultureInfo.InvariantCulture), Name = user.Email!, DisplayName = user.Name }), "application/json");
        }).RequireRateLimiting(SignInLimit.Policy);
        return app;
    }
}

/// <summary>Signs someone in with a passkey: the device has asked for a finger, a face or a PIN, so it is two factors at once.</summary>
internal sealed class PasskeySignIn(SignInManager<User> signIn, SecurityTrail trail, KnownDevice devices)
{
    public async Task<bool> RunAsync(HttpContext http, string credential)
    {
        var result = await AssertAsync(credential);
        if (result is not { Succeeded: true } || !await signIn.CanSignInAsync(result.User))
        {
            await trail.LoginFailedAsync(http, result?.User?.Email ?? "passkey");
            return false;
        }
        // Keeps the counter by which a copied key would be noticed.
        await signIn.UserManager.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        await signIn.SignInWithClaimsAsync(result.User, new AuthenticationProperties { IsPersistent = true }, [new Claim("amr", "passkey")]);
        devices.Remember(http, result.User.Id);
        await trail.LoginSucceededAsync(http, new Actor(result.User.Id, result.User.Name, result.User.Role), "passkey");
        return true;
    }

    private async Task<PasskeyAssertionResult<User>?> AssertAsync(string credential)
    {
        try
        {
            return await signIn.PerformPasskeyAssertionAsync(credential);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Nobody has asked for a challenge, or it is too old.
            return null;
        }
    }
}
