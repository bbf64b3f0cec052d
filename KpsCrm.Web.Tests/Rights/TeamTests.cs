using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Rights;

public class TeamTests
{
    private static Task<IReadOnlyList<TeamRow>> TeamsAsync(TestDatabase data, Actor who) => data.Store.ReadAsync(who, view => new TeamsQuestion().AskAsync(view, default));

    private static Task<int> LeadsSeenAsync(TestDatabase data, Actor who) => data.Store.ReadAsync(who, view => view.Leads.CountAsync());

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ATeamHasANameOfItsOwn(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var north = await new CreateTeam("  Équipe   North ").RunAsync(data.Store, data.Admin);
        Assert.Equal("Équipe North", north.Name);
        Assert.Equal("There is a team Équipe North already.", (await Assert.ThrowsAsync<RuleException>(() => new CreateTeam("équipe NORTH").RunAsync(data.Store, data.Admin))).Message);
        foreach (var wrong in new[] { null, "", "  ", new string('x', 81) })
            await Assert.ThrowsAsync<RuleException>(() => new CreateTeam(wrong).RunAsync(data.Store, data.Admin));
        var south = await new CreateTeam(new string('x', 80)).RunAsync(data.Store, data.Admin);
        await Assert.ThrowsAsync<RuleException>(() => new RenameTeam(south.Id, "ÉQUIPE north").RunAsync(data.Store, data.Admin));
        await new RenameTeam(north.Id, "équipe north").RunAsync(data.Store, data.Admin);
        await new RenameTeam(south.Id, "South").RunAsync(data.Store, data.Admin);
        await Assert.ThrowsAsync<RuleException>(() => new RenameTeam(99, "West").RunAsync(data.Store, data.Admin));

        Assert.Equal(["South", "équipe north"], (await TeamsAsync(data, data.Admin)).Select(t => t.Name).Order(StringComparer.Ordinal));
        // The trail can say what a team was called when somebody was put into it.
        var told = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.Where(l => l.EventType == SecurityEvents.RightsChanged).OrderBy(l => l.Id).Select(l => l.Details).ToListAsync());
        Assert.Equal(["""{"created":"Équipe North"}""", $$"""{"created":"{{new string('x', 80)}}"}""", """{"before":"Équipe North","after":"équipe north"}""", $$"""{"before":"{{new string('x', 80)}}","after":"South"}"""], told);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OnlyAnAdminMakesTeamsAndPutsPeopleIntoThem(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var north = await new CreateTeam("North").RunAsync(data.Store, data.Admin);
        foreach (var who in new[] { data.Manager, data.Anna, data.Manager with { Role = Role.Admin } })
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => new CreateTeam("South").RunAsync(data.Store, who));
            await Assert.ThrowsAsync<AccessDeniedException>(() => new RenameTeam(north.Id, "South").RunAsync(data.Store, who));
            await Assert.ThrowsAsync<AccessDeniedException>(() => new DeleteTeam(north.Id).RunAsync(data.Store, who));
            await Assert.ThrowsAsync<AccessDeniedException>(() => new SetTeam(3, north.Id).RunAsync(data.Store, who));
        }
        Assert.Equal([north], await TeamsAsync(data, data.Admin));
        Assert.Empty(await TeamsAsync(data, data.Manager));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ATeamSeesWhatItsPeopleOwnUntilItIsDeleted(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync(with: l => l.OwnerId = data.Ben.UserId);
        await new SetRights(Role.Sales, Scope.Team, Scope.Own, true, true).RunAsync(data.Store, data.Admin);
        Assert.Equal(0, await LeadsSeenAsync(data, data.Anna));

        var north = await new CreateTeam("North").RunAsync(data.Store, data.Admin);
        foreach (var person in new[] { data.Anna, data.Ben })
            Assert.Equal("North", await new SetTeam(person.UserId!.Value, north.Id).RunAsync(data.Store, data.Admin));
        Assert.Equal(2, Assert.Single(await TeamsAsync(data, data.Admin)).People);
        Assert.Equal(1, await LeadsSeenAsync(data, data.Anna));
        await Assert.ThrowsAsync<RuleException>(() => new SetTeam(3, 99).RunAsync(data.Store, data.Admin));

        Assert.Equal("North", await new DeleteTeam(north.Id).RunAsync(data.Store, data.Admin));
        Assert.Equal(0, await LeadsSeenAsync(data, data.Anna));
        Assert.Empty(await TeamsAsync(data, data.Admin));
        var trail = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.Where(l => l.EventType == SecurityEvents.RightsChanged).Select(l => l.Subject).ToListAsync());
        Assert.Equal(["rights/sales", $"teams/{north.Id}", $"teams/{north.Id}", "users/3", "users/3", "users/4", "users/4"], trail.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task AnAdminMakesATeamAndPutsAPersonIntoIt(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/users", phone, dark);
        var teams = admin.Page.GetByRole(AriaRole.Region, new() { Name = "Teams" });
        await teams.GetByLabel("Name of a new team").FillAsync("North");
        await teams.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(teams.GetByText("nobody")).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync();

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Anna Alvarez" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Region, new() { Name = "What they see" })).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync();
        await admin.Page.GetByLabel("Team", new() { Exact = true }).SelectOptionAsync("North");
        await Expect(admin.Page.GetByText("Anna Alvarez is now in the team North.")).ToBeVisibleAsync();

        await admin.Page.GotoAsync("/users?q=north");
        await Expect(admin.Page.Locator("[data-user-id]")).ToHaveCountAsync(1);
        await Expect(teams.GetByText("1 person")).ToBeVisibleAsync();
        await teams.GetByRole(AriaRole.Button, new() { Name = "Delete North" }).ClickAsync();
        await Expect(admin.Page.GetByText("Its people are then a team of one each.")).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Expect(teams.Locator("[data-team-id]")).ToHaveCountAsync(0);
        Assert.Equal([], admin.Errors);
    }

    [Fact]
    public async Task WhoeverIsInvitedCanBePutIntoATeamAtOnce()
    {
        await using var app = await CrmApp.StartAsync();
        var me = await app.ActorAsync("admin@kps.example");
        var north = await new CreateTeam("North").RunAsync(app.Store, me);
        var invitations = app.Services.GetRequiredService<Invitations>();
        var cleo = await invitations.InviteAsync(me, new() { Name = "Cleo", Email = "cleo@firm.example", TeamId = north.Id });
        Assert.Equal(north.Id, await app.Store.ReadAsync(me, view => view.Accounts.Where(u => u.Id == cleo.UserId).Select(u => u.TeamId).SingleAsync()));
        await Assert.ThrowsAsync<RuleException>(() => invitations.InviteAsync(me, new() { Name = "Dan", Email = "dan@firm.example", TeamId = 99 }));
    }
}
