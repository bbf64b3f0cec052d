using System.Security.Claims;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account.SecondStep;

/// <summary>
/// The second step of signing in. Guesses are counted for the account whatever address they come from, because whoever guesses here has the
/// password already; a device that is known is counted by itself.
/// </summary>
internal sealed class CodeSignIn(SignInManager<User> signIn, SecondFactors factors, CrmStore store, SecurityTrail trail, KnownDevice devices)
{
    public async Task<SignInAnswer> RunAsync(HttpContext http, User user, string code)
    {
        var who = new Actor(user.Id, user.Name, user.Role) { From = SecurityTrail.OriginOf(http) };
        var brake = $"code|{user.Id}|{devices.IdFor(http, user.Id) ?? "unknown"}";
        var answer = await store.WriteAsync(Actor.System, db => Brakes.TryAsync(db, brake, BrakeSchedule.Guesses));
        if (answer.Wait is { } wait)
        {
            await trail.CodeFailedAsync(http, user.Email!);
            return new(SignInStep.Wait, wait);
        }
        if (!await signIn.CanSignInAsync(user) || await factors.TakeAsync(who, code) is null)
        {
            await trail.CodeFailedAsync(http, user.Email!);
            if (answer.Tries == BrakeSchedule.Guesses.Free)
                await trail.LockedOutAsync(http, user.Email!);
            return new(SignInStep.Wrong);
        }
        await store.WriteAsync(Actor.System, db => Brakes.ReleaseAsync(db, brake));
        await PendingSignIn.EndAsync(http);
        await signIn.SignInWithClaimsAsync(user, new AuthenticationProperties { IsPersistent = true }, [new Claim("amr", "mfa")]);
        devices.Remember(http, user.Id);
        await trail.LoginSucceededAsync(http, who, "password and code");
        return new(SignInStep.Done);
    }
}
