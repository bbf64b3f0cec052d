using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Rights;

public class RightsPageTests
{
    private static Task<List<RoleRights>> RightsAsync(TestDatabase data) => data.Store.ReadAsync(data.Admin, view => view.RoleRights.ToListAsync());

    private static Task<List<SecurityLog>> TrailAsync(TestDatabase data) => data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.Where(l => l.EventType == SecurityEvents.RightsChanged).OrderBy(l => l.Id).ToListAsync());

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsSetCountsAtOnceAndStandsInTheTrail(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync(with: l => l.OwnerId = data.Ben.UserId);

        await new SetRights(Role.Sales, Scope.Own, Scope.Own, false, true).RunAsync(data.Store, data.Admin);
        Assert.Empty(await data.Store.ReadAsync(data.Anna, view => view.Leads.ToListAsync()));
        await new SetRights(Role.Sales, Scope.All, Scope.Own, true, false).RunAsync(data.Store, data.Admin);
        Assert.Single(await data.Store.ReadAsync(data.Anna, view => view.Leads.ToListAsync()));

        var rights = Assert.Single(await RightsAsync(data));
        Assert.Equal((Role.Sales, Scope.All, Scope.Own, true, false), (rights.Role, rights.Sees, rights.Changes, rights.MayExport, rights.MayDelete));
        Assert.Equal(["rights/sales", "rights/sales"], (await TrailAsync(data)).Select(l => l.Subject));
        Assert.Contains("\"sees\":\"own\"", (await TrailAsync(data))[0].Details);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OnlyAnAdminSetsRightsAndOnlyThoseThatMakeSense(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var who in new[] { data.Manager, data.Anna, Actor.Visitor })
            await Assert.ThrowsAsync<AccessDeniedException>(() => new SetRights(Role.Sales, Scope.Own, Scope.Own, true, true).RunAsync(data.Store, who));
        // A cookie from before a demotion.
        await Assert.ThrowsAsync<AccessDeniedException>(() => new SetRights(Role.Sales, Scope.Own, Scope.Own, true, true).RunAsync(data.Store, data.Manager with { Role = Role.Admin }));
        await Assert.ThrowsAsync<RuleException>(() => new SetRights(Role.Admin, Scope.Own, Scope.Own, true, true).RunAsync(data.Store, data.Admin));
        await Assert.ThrowsAsync<RuleException>(() => new SetRights(Role.Sales, Scope.Own, Scope.Team, true, true).RunAsync(data.Store, data.Admin));
        await Assert.ThrowsAsync<RuleException>(() => new SetRights((Role)9, Scope.Own, Scope.Own, true, true).RunAsync(data.Store, data.Admin));

        Assert.Empty(await RightsAsync(data));
        Assert.Empty(await TrailAsync(data));
        Assert.Empty(await data.Store.ReadAsync(data.Manager, view => new RightsQuestion().AskAsync(view, default)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoAdminsTheLaterIsToldWhatTheEarlierSet(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var seen = (await data.Store.ReadAsync(data.Admin, view => new RightsQuestion().AskAsync(view, default)))[0];
        await SetRights.To(seen.Seeing(Scope.Own), seen).RunAsync(data.Store, data.Admin);

        await Assert.ThrowsAsync<RuleException>(() => SetRights.To(seen with { MayExport = false }, seen).RunAsync(data.Store, data.Admin));
        Assert.Equal((Scope.Own, Scope.Own, true), await data.Store.ReadAsync(data.Admin, view => view.RoleRights.Select(r => new ValueTuple<Scope, Scope, bool>(r.Sees, r.Changes, r.MayExport)).SingleAsync()));
    }

    [Fact]
    public async Task AnOpenBoardLosesTheColleaguesCardsAsSoonAsItIsSetAndGetsThemBackByUndo()
    {
        await using var app = await CrmApp.StartAsync();
        var (anna, ben) = (await app.ActorAsync("anna@kps.example"), await app.ActorAsync("ben@kps.example"));
        foreach (var (title, owner) in new[] { ("Bens deal", ben.UserId), ("Annas deal", anna.UserId), ("Nobodys deal", null) })
            await app.Store.WriteAsync(anna, db => Task.FromResult(db.Deals.Add(new Deal { Title = title, AmountCents = 1_000_00, OwnerId = owner, CreatedAt = db.Now })));
        await using var board = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await Expect(board.Page.GetByText("Bens deal")).ToBeVisibleAsync();

        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/rights");
        var sales = admin.Page.Locator("[data-role=sales]");
        await sales.GetByRole(AriaRole.Group, new() { Name = "Sees" }).GetByLabel("Own records").CheckAsync();
        await Expect(board.Page.GetByText("Bens deal")).ToHaveCountAsync(0);
        await Expect(board.Page.GetByText("Annas deal")).ToBeVisibleAsync();
        await Expect(board.Page.GetByText("Nobodys deal")).ToBeVisibleAsync();
        await Expect(sales.GetByRole(AriaRole.Group, new() { Name = "Changes" }).GetByLabel("Own records")).ToBeCheckedAsync();
        await Expect(sales.GetByRole(AriaRole.Group, new() { Name = "Changes" }).GetByLabel("Everyone's")).ToBeDisabledAsync();

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(board.Page.GetByText("Bens deal")).ToBeVisibleAsync();
        await Expect(sales.GetByRole(AriaRole.Group, new() { Name = "Sees" }).GetByLabel("Everyone's")).ToBeCheckedAsync();
        Assert.Equal([], admin.Errors);
        Assert.Equal([], board.Errors);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task AxeFindsNothingOnTheRightsPage(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await new SetRights(Role.Sales, Scope.Team, Scope.Own, true, false).RunAsync(app.Store, await app.ActorAsync("admin@kps.example"));
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/rights", phone, dark);
        await Expect(admin.Page.Locator("[data-role]")).ToHaveCountAsync(2);
        await admin.AssertAccessibleAsync();
        Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }
}
