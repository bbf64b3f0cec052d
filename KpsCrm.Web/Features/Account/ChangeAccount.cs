using KpsCrm.Data;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account;

/// <summary>Changes one's own name, as colleagues see it.</summary>
public sealed record ChangeName(string? Name)
{
    /// <exception cref="RuleException">There is none, or it is too long.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        var name = PersonName.Read(Name, "Enter your name.");
        return store.WriteAsync(who, async db => db.Rename(await db.Users.SingleAsync(u => u.Id == who.UserId), name));
    }
}

/// <summary>Chooses whether one's own bell rings for a kind of news, and whether a mail is sent as well.</summary>
public sealed record ChooseNews(NotificationKind Kind, bool Bell, bool Mail)
{
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return store.WriteAsync(who, async db =>
        {
            var me = await db.Users.SingleAsync(u => u.Id == who.UserId);
            me.BellOff = Bell ? me.BellOff & ~Kind : me.BellOff | Kind;
            me.MailOn = Mail ? me.MailOn | Kind : me.MailOn & ~Kind;
        });
    }
}
