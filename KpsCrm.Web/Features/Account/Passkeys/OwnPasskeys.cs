using System.Buffers.Text;
using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account.Passkeys;

/// <summary>A passkey as its owner sees it.</summary>
public sealed record PasskeyRow(string Id, string Name, DateTime AddedAt);

/// <summary>
/// The passkeys of whoever is signed in. One more or one less is another way in: it asks for the password, and whoever is signed in elsewhere has
/// to show again who they are.
/// </summary>
internal sealed class OwnPasskeys(SignInManager<User> signIn, OwnSignIn own, SecurityTrail trail)
{
    private const int Most = 20;

    private UserManager<User> Users => signIn.UserManager;

    public async Task<IReadOnlyList<PasskeyRow>> ReadAsync(HttpContext http) =>
        [.. (await Users.GetPasskeysAsync(await own.UserAsync(http))).OrderBy(p => p.CreatedAt).Select(p => new PasskeyRow(IdOf(p), p.Name ?? "Passkey", p.CreatedAt.UtcDateTime))];

    /// <param name="credential">What the browser's device made, as JSON; anything may come here.</param>
    /// <exception cref="RuleException">It was not added; the message says why.</exception>
    public async Task AddAsync(HttpContext http, string name, string? credential, string password)
    {
        await own.DemandPasswordAsync(http, password);
        var user = await own.UserAsync(http);
        if ((await Users.GetPasskeysAsync(user)).Count >= Most)
            throw new RuleException($"You have {Most} passkeys. Remove one first.");
        var result = await AttestAsync(credential);
        if (result is not { Succeeded: true } || result.UserEntity.Id != user.Id.ToString(CultureInfo.InvariantCulture))
            throw new RuleException("Your device gave no passkey, or it took too long. Try again.");
        result.Passkey.Name = name.Trim();
        await Users.AddOrUpdatePasskeyAsync(user, result.Passkey);
        await ChangedAsync(http, user, SecurityEvents.PasskeyAdded, result.Passkey);
    }

    /// <exception cref="RuleException">It was not removed; the message says why.</exception>
    public async Task RemoveAsync(HttpContext http, string? id, string password)
    {
        await own.DemandPasswordAsync(http, password);
        var user = await own.UserAsync(http);
        if ((await Users.GetPasskeysAsync(user)).FirstOrDefault(p => IdOf(p) == id) is not { } passkey)
            throw new RuleException("This passkey is gone already.");
        await Users.RemovePasskeyAsync(user, passkey.CredentialId);
        await ChangedAsync(http, user, SecurityEvents.PasskeyRemoved, passkey);
    }

    private async Task ChangedAsync(HttpContext http, User user, string what, UserPasskeyInfo passkey)
    {
        await Users.UpdateSecurityStampAsync(user);
        await own.RenewAsync(http);
        await trail.WriteAsync(UserClaims.ActorOf(http), what, details: new { name = passkey.Name });
    }

    private async Task<PasskeyAttestationResult?> AttestAsync(string? credential)
    {
        try
        {
            return string.IsNullOrEmpty(credential) ? null : await signIn.PerformPasskeyAttestationAsync(credential);
        }
        catch (InvalidOperationException)
        {
            // Nobody has asked for a challenge, or it is too old.
            return null;
        }
    }

    private static string IdOf(UserPasskeyInfo passkey) => Base64Url.EncodeToString(passkey.CredentialId);
}
