using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;

namespace KpsCrm.Web.Tests.Users;

public class AccountsTests
{
    private static Accounts On(TestDatabase data, IServiceProvider? instance = null, string environment = "Development")
    {
        var provided = instance ?? data.Provided;
        return new(provided.GetRequiredService<CrmStore>(), new LiveSessions(provided.GetRequiredService<CrmStore>(), provided.GetRequiredService<ChangeFeed>(), new(), data.Clock), new HostingEnvironment { EnvironmentName = environment });
    }

    private static Task<List<User>> PeopleAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, view => view.People.OrderBy(u => u.Id).ToListAsync());

    private static Task<int> AdminsAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, view => view.People.Active().CountAsync(u => u.Role == Role.Admin));

    private static async Task<bool> DidAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception e) when (e is RuleException or AccessDeniedException)
        {
            return false;
        }
    }

    /// <summary>A lead that is restored from the bin one day needs an owner who is here.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatLiesInTheBinIsCountedAndHandedOverToo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Jane", Email = "jane@example.com", OwnerId = 3 })));
        var lead = await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.Id).SingleAsync());
        await new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Anna);

        var anna = await data.Store.ReadAsync(data.Admin, view => new AccountOfQuestion(3).AskAsync(view, default));
        Assert.Equal(1, anna!.Owns.Leads);

        await new HandOver(3, 4).RunAsync(data.Store, data.Admin);
        await new RestoreRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Admin);
        Assert.Equal(4, await data.Store.ReadAsync(data.Admin, view => view.Leads.Select(l => l.OwnerId).SingleAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheLastAdminCanBeNeitherLoweredNorDeactivated(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var accounts = On(data);

        Assert.Contains("last admin", (await Assert.ThrowsAsync<RuleException>(() => accounts.ChangeRoleAsync(data.Admin, 1, Role.Manager))).Message);
        Assert.Contains("last admin", (await Assert.ThrowsAsync<RuleException>(() => accounts.DeactivateAsync(data.Admin, 1))).Message);

        // Who is invited or deactivated can't take over, nor a demo account where it can't sign in.
        await data.Store.WriteAsync(Actor.System, async db =>
        {
            foreach (var user in await db.Users.Where(u => u.Id > 1).ToListAsync())
                (user.Role, user.DeactivatedAt, user.InvitedAt, user.IsSample) = (Role.Admin, user.Id == 2 ? db.Now : null, user.Id == 3 ? db.Now : null, user.Id == 4);
        });
        Assert.False(await DidAsync(() => On(data, environment: "Production").ChangeRoleAsync(data.Admin, 1, Role.Manager)));
        Assert.True(await DidAsync(() => accounts.ChangeRoleAsync(data.Admin, 1, Role.Manager)));
        Assert.Equal(Role.Manager, (await PeopleAsync(data))[0].Role);
    }

    /// <summary>B08: from two windows, two people and two instances at the same moment.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoAdminsWhoGoAtTheSameMomentOneStays(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await using var other = data.OpenSecondInstance();
        var (here, there) = (On(data), On(data, other));
        var maria = data.Manager with { Role = Role.Admin };
        for (var round = 0; round < 6; round++)
        {
            await data.Store.WriteAsync(Actor.System, async db =>
            {
                foreach (var user in await db.Users.Where(u => u.Id <= 2).ToListAsync())
                    (user.Role, user.DeactivatedAt) = (Role.Admin, null);
            });
            Func<Task>[] acts = (round % 3) switch
            {
                0 => [() => here.ChangeRoleAsync(data.Admin, 1, Role.Sales), () => there.ChangeRoleAsync(maria, 2, Role.Sales)],
                1 => [() => here.DeactivateAsync(data.Admin, 2), () => there.DeactivateAsync(maria, 1)],
                _ => [() => here.DeactivateAsync(data.Admin, 1), () => there.ChangeRoleAsync(maria, 2, Role.Manager)],
            };

            var did = await Task.WhenAll(acts.Select(act => Task.Run(() => DidAsync(act))));

            Assert.Single(did, d => d);
            Assert.Equal(1, await AdminsAsync(data));
        }
    }

    /// <summary>B02, B07: what only an admin may is refused to everyone else, whatever they name, and changes nothing.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoIsNoAdminChangesNobodysAccount(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (accounts, lead) = (On(data), await data.AddLeadAsync(with: l => l.OwnerId = 4));
        var before = (await PeopleAsync(data)).ConvertAll(Facts);
        // The last of them was an admin when the page was opened, and is none any more.
        foreach (var who in new[] { Actor.Visitor, data.Anna, data.Manager, data.Ben with { Role = Role.Admin } })
        {
            foreach (var act in new Func<Task>[]
            {
                () => accounts.ChangeRoleAsync(who, who.UserId ?? 3, Role.Admin), () => accounts.ChangeRoleAsync(who, 1, Role.Sales), () => accounts.RenameAsync(who, 1, "Mallory"), () => accounts.DeactivateAsync(who, 4, 3),
                () => accounts.ReactivateAsync(who, 4), () => new HandOver(4, 3).RunAsync(data.Store, who), () => new HandOver(3, 4).RunAsync(data.Store, who),
            })
                await Assert.ThrowsAsync<AccessDeniedException>(act);
            if (who.Role != Role.Admin)
            {
                Assert.Empty(await data.Store.ReadAsync(who, view => new UsersQuestion().AskAsync(view, default)));
                Assert.Null(await data.Store.ReadAsync(who, view => new AccountOfQuestion(1).AskAsync(view, default)));
            }
        }

        Assert.Equal(before, (await PeopleAsync(data)).ConvertAll(Facts));
        Assert.Equal(4, await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Id == lead).Select(l => l.OwnerId).SingleAsync()));
        Assert.Equal(0, await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.CountAsync()));

        static (int, string, Role, DateTime?, string?) Facts(User user) => (user.Id, user.Name, user.Role, user.DeactivatedAt, user.SecurityStamp);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ARoleOrADeactivationEndsTheSessionsAndIsTold(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var accounts = On(data);
        var stamps = (await PeopleAsync(data)).ConvertAll(u => u.SecurityStamp);

        await accounts.ChangeRoleAsync(data.Admin, 3, Role.Manager);
        await accounts.DeactivateAsync(data.Admin, 4);

        var after = await PeopleAsync(data);
        Assert.Equal([true, true, false, false], after.Select((u, i) => u.SecurityStamp == stamps[i]));
        Assert.NotNull(after[3].DeactivatedAt);
        await accounts.ReactivateAsync(data.Admin, 4);
        Assert.Null((await PeopleAsync(data))[3].DeactivatedAt);
        await accounts.RenameAsync(data.Admin, 4, " Ben Bright ");
        Assert.Equal("Ben Bright", (await PeopleAsync(data))[3].Name);
        Assert.Equal(["role_changed users/3 Alex Admin", "user_deactivated users/4 Alex Admin", "user_activated users/4 Alex Admin", "user_changed users/4 Alex Admin"],
            await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.OrderBy(l => l.Id).Select(l => l.EventType + " " + l.Subject + " " + l.UserName).ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ALeaverHandsOverEverythingInOneStep(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.AddLeadAsync(with: l => l.OwnerId = 4);
        var binned = await data.AddLeadAsync("Bin", "bin@example.com", l => l.OwnerId = 4);
        var client = new Client { Name = "Acme", Email = "acme@example.com", OwnerId = 4, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        await data.Store.WriteAsync(data.Ben, db => Task.FromResult(db.Clients.Add(client)));
        var (deal, foreign) = (await data.AddDealAsync(with: d => (d.OwnerId, d.ClientId) = (4, client.Id)), await data.AddDealAsync("Mine", with: d => d.OwnerId = 2));
        var (open, done) = (new TaskItem { Title = "Call", DueOn = new(2026, 11, 25), OwnerId = 4, DealId = deal, CreatedAt = client.JoinedAt }, new TaskItem { Title = "Old", DueOn = new(2026, 11, 20), OwnerId = 4, CreatedAt = client.JoinedAt });
        await data.Store.WriteAsync(data.Ben, async db =>
        {
            done.Finish(data.Ben, db.Now);
            db.Tasks.AddRange(open, done);
            (await db.Leads.SingleAsync(l => l.Id == binned)).DeletedAt = db.Now;
        });
        using var heard = data.Feed.Subscribe(Topics.Leads | Topics.Clients | Topics.Deals | Topics.Tasks, _ => Task.CompletedTask);
        var version = data.Feed.VersionOf(Topics.Deals);

        var all = await On(data).DeactivateAsync(data.Admin, 4, 3);

        Assert.Equal(new Belongings(2, 1, 1, 1), all);
        Assert.Equal("2 leads, 1 client, 1 deal and 1 open task", all.Sentence);
        Assert.True(data.Feed.VersionOf(Topics.Deals) > version);
        Assert.Equal(Belongings.None, (await data.Store.ReadAsync(data.Admin, view => new AccountOfQuestion(4).AskAsync(view, default)))!.Owns);
        Assert.Equal([3, 3], await data.Store.ReadAsync(data.Anna, view => view.Leads.IgnoreQueryFilters().OrderBy(l => l.Id).Select(l => l.OwnerId!.Value).ToListAsync()));
        Assert.Equal([3, 2], await data.Store.ReadAsync(data.Anna, view => view.Deals.OrderBy(d => d.Id).Select(d => d.OwnerId!.Value).ToListAsync()));
        // What was done stays with who did it.
        Assert.Equal([3, 4], await data.Store.ReadAsync(data.Anna, view => view.Tasks.OrderBy(t => t.Id).Select(t => t.OwnerId!.Value).ToListAsync()));

        var history = await data.Store.ReadAsync(data.Anna, view => view.Activities.Where(a => a.Summary.StartsWith("handed over")).OrderBy(a => a.Id).Select(a => new { a.Kind, a.LeadId, a.ClientId, a.DealId, a.ActorName, a.Summary, a.Detail }).ToListAsync());
        Assert.Equal([lead, binned], history.Select(h => h.LeadId).OfType<int>().Order());
        Assert.Equal([deal, deal], history.Select(h => h.DealId).OfType<int>());
        Assert.Single(history, h => h is { ClientId: { } id, DealId: null } && id == client.Id);
        Assert.All(history.Where(h => h.Kind == ActivityKind.Edited), h => Assert.Equal("handed over from Ben Brooks to Anna Alvarez", h.Summary));
        Assert.Equal([new FieldEdit("owner", "Ben Brooks", "Anna Alvarez")], FieldEdit.FromJson(history[0].Detail));

        Assert.Equal("Alex Admin gave you what Ben Brooks had: 2 leads, 1 client, 1 deal and 1 open task", await data.Store.ReadAsync(data.Anna, view => view.Notifications.Select(n => n.Text).SingleAsync()));
        Assert.Contains("handed_over", await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.Select(l => l.EventType).ToListAsync()));
        Assert.Equal([], (await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.NotEqual(deal, foreign);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AHandOverThatCannotBeLeavesEverythingAsItWas(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (accounts, lead) = (On(data), await data.AddLeadAsync(with: l => l.OwnerId = 4));
        await accounts.DeactivateAsync(data.Admin, 2);

        foreach (var heir in new[] { 4, 2, 99 })
            await Assert.ThrowsAsync<RuleException>(() => accounts.DeactivateAsync(data.Admin, 4, heir));

        Assert.Null((await PeopleAsync(data))[3].DeactivatedAt);
        Assert.Equal(4, await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Id == lead).Select(l => l.OwnerId).SingleAsync()));
        // Afterwards, from the leaver's page, it still works.
        await accounts.DeactivateAsync(data.Admin, 4);
        Assert.Equal(new Belongings(1, 0, 0, 0), (await new HandOver(4, 3).RunAsync(data.Store, data.Admin)).All);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TakenBackEachHasWhatWasTheirsAndWhatWentOnStaysThere(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (his, on, hers) = (await data.AddLeadAsync("His", "his@example.com", l => l.OwnerId = 4), await data.AddLeadAsync("On", "on@example.com", l => l.OwnerId = 4), await data.AddLeadAsync("Hers", "hers@example.com", l => l.OwnerId = 3));
        var handed = await new HandOver(4, 3).RunAsync(data.Store, data.Admin);
        await new EditRecord(RecordRef.Lead(on), [new("owner", "3", "2")]).RunAsync(data.Store, data.Admin);

        Assert.Equal(new Belongings(1, 0, 0, 0), (await handed.Back.RunAsync(data.Store, data.Admin)).All);

        var owners = await data.Store.ReadAsync(data.Admin, view => view.Leads.ToDictionaryAsync(l => l.Id, l => l.OwnerId));
        Assert.Equal((4, 2, 3), (owners[his], owners[on], owners[hers]));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoHasLeftStaysNamedButGetsNothingNew(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (his, hers) = (await data.AddLeadAsync(with: l => l.OwnerId = 4), await data.AddLeadAsync("Other", "other@example.com", l => l.OwnerId = 3));
        await On(data).DeactivateAsync(data.Admin, 4);

        var people = await data.Store.ReadAsync(data.Anna, view => new PeopleQuestion().AskAsync(view, default));
        Assert.Contains(people, p => p is { Name: "Ben Brooks", IsHere: false });
        var refused = Assert.IsType<Unreadable>(await new EditRecord(RecordRef.Lead(hers), [new("owner", "3", "4")]).RunAsync(data.Store, data.Anna));
        Assert.Contains("Ben Brooks", refused.Problems.Single().Sentence);
        await Assert.ThrowsAsync<RuleException>(() => new PlanTask(RecordRef.Lead(his), new TaskPlan { Title = "Call", DueOn = new DateOnly(2026, 11, 25), OwnerId = 4 }).RunAsync(data.Store, data.Anna, new()));
        Assert.IsType<Edited>(await new EditRecord(RecordRef.Lead(his), [new("owner", "4", "3")]).RunAsync(data.Store, data.Anna));
        Assert.Equal(3, await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Id == his).Select(l => l.OwnerId).SingleAsync()));
    }
}
