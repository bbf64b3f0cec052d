using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Rights;

public class SightTests
{
    private static Task<SightOf?> SightAsync(TestDatabase data, Actor who, int of) => data.Store.ReadAsync(who, view => new SightQuestion(of).AskAsync(view, default));

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnAdminReadsWhatAColleagueSees(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var owner in new[] { data.Anna.UserId, data.Ben.UserId, data.Manager.UserId, null })
            await data.AddLeadAsync(with: l => l.OwnerId = owner);
        Assert.Equal("Sees everyone's records. Changes all of these. May export and delete.", RightsWords.Sentence((await SightAsync(data, data.Admin, 3))!));

        await new SetRights(Role.Sales, Scope.Team, Scope.Own, true, false).RunAsync(data.Store, data.Admin);
        Assert.Equal("Is in no team, so sees their own records and those nobody owns. Changes their own, and those nobody owns. May export, but not delete.", RightsWords.Sentence((await SightAsync(data, data.Admin, 3))!));
        var north = await new CreateTeam("North").RunAsync(data.Store, data.Admin);
        foreach (var person in new[] { 3, 4 })
            await new SetTeam(person, north.Id).RunAsync(data.Store, data.Admin);

        var sight = (await SightAsync(data, data.Admin, 3))!;
        Assert.StartsWith("Sees the records of their team North (Anna Alvarez, Ben Brooks), and those nobody owns.", RightsWords.Sentence(sight));
        Assert.Equal((3, 0, 0), (sight.Leads, sight.Clients, sight.Deals));
        Assert.Equal(4, (await SightAsync(data, data.Admin, 1))!.Leads);
        Assert.Null(await SightAsync(data, data.Manager, 3));
        Assert.Null(await SightAsync(data, data.Admin, 99));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task WhoMayNotChangeARecordFindsNothingToChangeItWith(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        var (me, ben) = (await app.ActorAsync("admin@kps.example"), await app.ActorAsync("ben@kps.example"));
        var (lead, client) = (new Lead { Name = "Jane", Email = "jane@example.com", OwnerId = ben.UserId, CreatedAt = DateTime.UtcNow }, new Client { Name = "Acme", Email = "acme@example.com", OwnerId = ben.UserId });
        var deal = new Deal { Title = "Payroll", Client = client, OwnerId = ben.UserId, CreatedAt = DateTime.UtcNow };
        await app.Store.WriteAsync(ben, db =>
        {
            db.AddRange(lead, client, deal);
            return Task.FromResult(true);
        });
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{lead.Id}", phone, dark);
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Delete this lead" })).ToBeVisibleAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Who can see this" })).ToHaveCountAsync(0);

        // The open page follows.
        await new SetRights(Role.Sales, Scope.All, Scope.All, true, false).RunAsync(app.Store, me);
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Delete this lead" })).ToHaveCountAsync(0);
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Edit this lead" })).ToBeVisibleAsync();
        await new SetRights(Role.Sales, Scope.All, Scope.Own, true, true).RunAsync(app.Store, me);
        foreach (var path in new[] { $"/leads/{lead.Id}", $"/clients/{client.Id}", $"/deals/{deal.Id}" })
        {
            await anna.Page.GotoAsync(path);
            await anna.LiveAsync();
            await Expect(anna.Page.GetByText("You can see this, but not change it.")).ToBeVisibleAsync();
            await Expect(anna.Page.Locator("article").GetByRole(AriaRole.Button, new() { NameRegex = new("^(Edit|Delete|Convert|Attach|Plan|Remove)") })).ToHaveCountAsync(0);
            await Expect(anna.Page.Locator(".composer")).ToHaveCountAsync(0);
            await anna.AssertAccessibleAsync();
        }
        var own = await app.ActorAsync("anna@kps.example");
        await app.Store.WriteAsync(own, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Mary", Email = "mary@example.com", OwnerId = own.UserId, CreatedAt = db.Now })));
        await anna.Page.GotoAsync("/leads");
        await anna.LiveAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Mary" }).GetByRole(AriaRole.Button, new() { Name = "Edit Status" })).ToBeVisibleAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Jane" }).GetByRole(AriaRole.Button, new() { NameRegex = new("^Edit") })).ToHaveCountAsync(0);
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task AManagerReadsWhoSeesARecordAndWhy()
    {
        await using var app = await CrmApp.StartAsync();
        var (me, ben) = (await app.ActorAsync("admin@kps.example"), await app.ActorAsync("ben@kps.example"));
        await app.Store.WriteAsync(ben, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Jane", Email = "jane@example.com", OwnerId = ben.UserId, CreatedAt = db.Now })));
        await new SetRights(Role.Sales, Scope.Own, Scope.Own, true, true).RunAsync(app.Store, me);
        await using var maria = await Browser.OpenAsync(app, "manager@kps.example", "/leads/1", phone: true);
        await maria.Page.GetByRole(AriaRole.Button, new() { Name = "Who can see this" }).ClickAsync();
        var list = maria.Page.GetByRole(AriaRole.List, new() { Name = "Who can see this" });
        await Expect(list.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await Expect(list.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Ben Brooks" })).ToContainTextAsync("owns it");
        await Expect(list.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Maria Manager" })).ToContainTextAsync("sees everyone's");
        await maria.AssertAccessibleAsync();

        await new SetRights(Role.Sales, Scope.All, Scope.Own, true, true).RunAsync(app.Store, me);
        await Expect(list.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Anna Alvarez" })).ToContainTextAsync("only sees it");
        Assert.Equal([], maria.Errors);
    }
}
