using System.Security.Claims;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account;

/// <summary>For a person who is signed in and changes how they sign in.</summary>
public sealed class OwnSignIn(SignInManager<User> signIn, CrmStore store, SecurityTrail trail, AccountOptions account)
{
    /// <summary>Where a second factor is required: else a stolen password alone would set up a factor of its own beside the passkey that is there.</summary>
    public async Task<bool> NeedsPasskeyAsync(HttpContext http) => account.SecondFactorForAdmins == SecondFactorRule.Required && http.User.IsInRole(nameof(Role.Admin))
        && !UserClaims.HasSecondFactor(http.User) && (await signIn.UserManager.GetPasskeysAsync(await UserAsync(http))).Count > 0;

    /// <summary>Whoever found a desk left alone doesn't know the password. Guesses are braked like those at the door.</summary>
    /// <exception cref="RuleException">It is not their password.</exception>
    public async Task DemandPasswordAsync(HttpContext http, string password)
    {
        if (await NeedsPasskeyAsync(http))
            throw new RuleException("You have a passkey. Sign in with it first.");
        var user = await UserAsync(http);
        var brake = $"own password|{user.Id}";
        if (await store.WriteAsync(Actor.System, db => Brakes.TryAsync(db, brake, BrakeSchedule.Guesses)) is { Wait: { } wait })
            throw new RuleException($"There were too many wrong passwords. Wait {Shared.Words.Wait(wait)}, then try again.");
        if (!await signIn.UserManager.CheckPasswordAsync(user, password))
        {
            await trail.LoginFailedAsync(http, user.Email!);
            throw new RuleException("This is not your present password.");
        }
        await store.WriteAsync(Actor.System, db => Brakes.ReleaseAsync(db, brake));
    }

    /// <summary>After a change that ended all sessions: a new one, with a new key, for the browser that made it.</summary>
    /// <param name="method">How they have shown who they are, when that has changed.</param>
    public async Task RenewAsync(HttpContext http, string? method = null)
    {
        var user = await UserAsync(http);
        await signIn.SignInWithClaimsAsync(user, new AuthenticationProperties { IsPersistent = true }, [new Claim("amr", method ?? http.User.FindFirstValue("amr") ?? "pwd")]);
    }

    /// <summary>With the stamp that the database has now: a rule may have given a new one since they were loaded.</summary>
    public async Task<User> UserAsync(HttpContext http)
    {
        var user = await signIn.UserManager.GetUserAsync(http.User) ?? throw new RuleException("Your account is gone.");
        user.SecurityStamp = await store.ReadAsync(Actor.System, view => view.People.Where(p => p.Id == user.Id).Select(p => p.SecurityStamp).SingleAsync());
        return user;
    }
}
