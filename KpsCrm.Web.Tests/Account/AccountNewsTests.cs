using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Account;

public class AccountNewsTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoeverChangesAnAccountItsPersonHearsOfItByBellAndMail(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await ChangeAsync(data, anna => anna.PasswordHash = "another");
        await ChangeAsync(data, anna => anna.TwoFactorEnabled = true);
        await ChangeAsync(data, anna => anna.TwoFactorEnabled = false);
        await ChangeAsync(data, anna => anna.Name = "Anna A.");
        var passkey = new IdentityUserPasskey<int> { UserId = data.Anna.UserId!.Value, CredentialId = [1, 2, 3], Data = new() { PublicKey = [4], ClientDataJson = [], AttestationObject = [] } };
        await data.Store.WriteAsync(Actor.System, db => Task.FromResult(db.UserPasskeys.Add(passkey)));
        await data.Store.WriteAsync(Actor.System, async db => db.UserPasskeys.Remove(await db.UserPasskeys.SingleAsync()));

        string[] told =
        [
            "Your password was changed", "An authenticator app was added to your account", "The second factor was taken off your account",
            "A passkey was added to your account", "A passkey was removed from your account",
        ];
        var bell = await data.Store.ReadAsync(data.Anna, view => view.Notifications.OrderBy(n => n.Id).Select(n => new { n.Kind, n.Text, n.ReadAt }).ToListAsync());
        Assert.Equal(told.Select(text => new { Kind = NotificationKind.Account, Text = text, ReadAt = (DateTime?)null }), bell);
        var mails = await data.Store.ReadAsync(Actor.System, view => view.Mails.Where(m => m.Kind == MailKind.Notice).Select(m => m.ToAddress).ToListAsync());
        Assert.Equal(Enumerable.Repeat("anna@kps.example", told.Length), mails);
        Assert.Empty(await data.Store.ReadAsync(data.Admin, view => view.Notifications.ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoTakesUpAnInvitationOrHasLeftIsToldNothing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await ChangeAsync(data, anna => anna.InvitedAt = data.Clock.GetUtcNow().UtcDateTime);
        await ChangeAsync(data, anna => (anna.InvitedAt, anna.PasswordHash) = (null, "the first"));
        await ChangeAsync(data, anna => anna.DeactivatedAt = data.Clock.GetUtcNow().UtcDateTime);
        await ChangeAsync(data, anna => anna.PasswordHash = "later");

        Assert.Empty(await data.Store.ReadAsync(Actor.System, view => view.Db.Notifications.ToListAsync()));
        Assert.Empty(await data.Store.ReadAsync(Actor.System, view => view.Mails.ToListAsync()));
    }

    [Fact]
    public void TheMailSaysWhatToDoIfItWasNotThem()
    {
        var letter = Letters.ForColleague(new(NotificationKind.Account, "Your password was changed", "/account", "Anna"), new(), new() { BaseUrl = "https://crm.firm.example/" });

        Assert.Equal(("Your password was changed", "https://crm.firm.example/account"), (letter.Subject, letter.Links.Single().Href));
        Assert.Contains("https://crm.firm.example/forgot-password", letter.Closing.Single());
        Assert.DoesNotContain("choose under Account", letter.Footer);
    }

    private static Task ChangeAsync(TestDatabase data, Action<User> change) =>
        data.Store.WriteAsync(Actor.System, async db => change(await db.Users.SingleAsync(u => u.Id == data.Anna.UserId)));
}
