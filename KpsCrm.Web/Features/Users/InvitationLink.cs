using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Mail;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

/// <summary>Identity's one-time tokens, good for as long as an invitation is.</summary>
internal sealed class InvitationTokens(IDataProtectionProvider protection, AccountOptions account, ILogger<DataProtectorTokenProvider<User>> log)
    : DataProtectorTokenProvider<User>(protection, Microsoft.Extensions.Options.Options.Create(new DataProtectionTokenProviderOptions { Name = Provider, TokenLifespan = account.InvitationLife }), log)
{
    public const string Provider = "Invitation";
    public const string Purpose = "accept";
}

/// <param name="By">Who invites.</param>
/// <param name="Until">UTC.</param>
public sealed record Invitation(int UserId, string Name, string Email, string By, DateTime Until, string Link, string Stamp);

/// <summary>
/// A link with which one person takes their account, once: as that of a reset, its token dies with the security stamp, which the first password,
/// and each new sending, changes. It is kept nowhere and leads to the configured address.
/// </summary>
public sealed class InvitationLink(IServiceScopeFactory scopes, MailOptions mail, AccountOptions account, CrmStore store, TimeProvider clock)
{
    /// <returns>Null when the invitation was taken, withdrawn, or is too old.</returns>
    public async Task<Invitation?> OfAsync(int userId)
    {
        if (await FindAsync(userId) is not { InvitedAt: { } at } user)
            return null;
        await using var scope = scopes.CreateAsyncScope();
        var token = await Users(scope).GenerateUserTokenAsync(user, InvitationTokens.Provider, InvitationTokens.Purpose);
        return Of(user, at, OneTimeLink.Of(mail, "invitation", userId, token));
    }

    /// <summary>What a link opens; nothing is used up by looking.</summary>
    public async Task<Invitation?> OpenAsync(string? user, string? token)
    {
        if (!int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || OneTimeLink.TokenOf(token) is not { } secret || await FindAsync(id) is not { InvitedAt: { } at } invited)
            return null;
        await using var scope = scopes.CreateAsyncScope();
        return await Users(scope).VerifyUserTokenAsync(invited, InvitationTokens.Provider, InvitationTokens.Purpose, secret) ? Of(invited, at, "") : null;
    }

    private static UserManager<User> Users(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<UserManager<User>>();

    private Invitation Of(User user, DateTime at, string link) => new(user.Id, user.Name, user.Email!, user.InvitedBy ?? "A colleague", at + account.InvitationLife, link, user.SecurityStamp!);

    private Task<User?> FindAsync(int userId)
    {
        var oldest = clock.GetUtcNow().UtcDateTime - account.InvitationLife;
        return store.ReadAsync(Actor.System, view => view.People.SingleOrDefaultAsync(u => u.Id == userId && u.InvitedAt > oldest && u.DeactivatedAt == null));
    }
}
