using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.SecondStep;
using KpsCrm.Web.Features.Intake;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

public enum SignInStep
{
    Done,
    Wrong,

    /// <summary>The password is right; now the second factor is asked for.</summary>
    Code,

    /// <summary>Too many guesses from this place; it may try again later.</summary>
    Wait,
}

/// <param name="Wait">How long, for <see cref="SignInStep.Wait"/>.</param>
public readonly record struct SignInAnswer(SignInStep Step, TimeSpan Wait = default);

/// <summary>
/// Signs someone in, and tells a stranger nothing: an unknown address and a wrong password give the same answer after the same work, and are
/// slowed down alike. Guesses are counted for an account and the place they come from, before the password is looked at.
/// </summary>
internal sealed class PasswordSignIn(SignInManager<User> signIn, IPasswordHasher<User> hasher, CrmStore store, SecurityTrail trail, KnownDevice devices)
{
    private static readonly User Nobody = new() { Name = "Nobody" };
    private static string? _hashOfNothing;

    public async Task<SignInAnswer> RunAsync(HttpContext http, string email, string password)
    {
        var users = signIn.UserManager;
        var user = await users.FindByNameAsync(email);
        var brake = $"password|{users.NormalizeName(email)}|{PlaceOf(http, user)}";
        var answer = await store.WriteAsync(Actor.System, db => Brakes.TryAsync(db, brake, BrakeSchedule.Guesses));
        if (answer.Wait is not null || user is null || !await signIn.CanSignInAsync(user) || !await users.HasPasswordAsync(user))
            hasher.VerifyHashedPassword(Nobody, _hashOfNothing ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString()), password);
        else if (await users.CheckPasswordAsync(user, password))
        {
            await store.WriteAsync(Actor.System, db => Brakes.ReleaseAsync(db, brake));
            if (user.TwoFactorEnabled)
            {
                await PendingSignIn.StartAsync(http, user);
                return new(SignInStep.Code);
            }
            await signIn.SignInAsync(user, isPersistent: true);
            devices.Remember(http, user.Id);
            await trail.LoginSucceededAsync(http, new Actor(user.Id, user.Name, user.Role));
            return new(SignInStep.Done);
        }

        await trail.LoginFailedAsync(http, email);
        if (answer.Tries == BrakeSchedule.Guesses.Free)
            await trail.LockedOutAsync(http, email);
        return answer.Wait is { } wait ? new(SignInStep.Wait, wait) : new(SignInStep.Wrong);
    }

    private string PlaceOf(HttpContext http, User? user) =>
        user is not null && devices.IdFor(http, user.Id) is { } device ? "device " + device : IntakeLimits.Sender(http.Connection.RemoteIpAddress);
}
