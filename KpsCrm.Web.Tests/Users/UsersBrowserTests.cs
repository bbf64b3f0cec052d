using System.Diagnostics;
using System.Net;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Tests.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Users;

public class UsersBrowserTests
{
    [Fact]
    public async Task AnInvitedColleagueComesInFromAnotherBrowserAndAppearsLive()
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/");
        await admin.Page.Locator("[data-step=colleague]").GetByRole(AriaRole.Link, new() { Name = "Invite" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Invite someone" }).ClickAsync();
        var panel = admin.Page.GetByRole(AriaRole.Dialog);
        await panel.GetByLabel("E-mail").FillAsync("cleo");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Make the invitation" }).ClickAsync();
        await Expect(panel).ToContainTextAsync("Enter the whole e-mail address");
        await Expect(panel).ToContainTextAsync("Enter the person's name.");
        await admin.AssertAccessibleAsync();
        await panel.GetByLabel("E-mail").FillAsync("cleo@firm.example");
        await panel.GetByLabel("Name").FillAsync("Cleo Carter");
        await panel.GetByLabel("Role").SelectOptionAsync("Manager");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Make the invitation" }).ClickAsync();
        var link = new Uri(await panel.GetByLabel("Link").InputValueAsync());
        await admin.AssertAccessibleAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        var row = admin.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "cleo@firm.example" });
        await Expect(row).ToContainTextAsync("Invited");

        await using var cleo = await Browser.OpenAsync(app, null, link.PathAndQuery, javaScript: false);
        await Expect(cleo.Page.GetByRole(AriaRole.Heading, new() { Name = "Welcome, Cleo Carter" })).ToBeVisibleAsync();
        await cleo.Page.GetByLabel("Password").FillAsync("seven quiet green boats");
        await cleo.Page.GetByRole(AriaRole.Button, new() { Name = "Accept and sign in" }).ClickAsync();
        await cleo.Page.AtAsync("/pipeline");

        await Expect(row).ToContainTextAsync("Active");
        await Expect(row).ToContainTextAsync("just now");
        await admin.Page.GotoAsync("/");
        await Expect(admin.Page.Locator("[data-step=colleague].done")).ToBeVisibleAsync();
        Assert.Equal([], admin.Errors);
    }

    [Fact]
    public async Task DeactivatingThrowsTheOpenPageOutAndTheBoardShowsTheHeirLive()
    {
        await using var app = await CrmApp.StartAsync();
        var (ben, benHttp) = (await app.ActorAsync("ben@kps.example"), await app.SignInAsync("ben@kps.example"));
        await app.Store.WriteAsync(ben, db => Task.FromResult(db.Deals.Add(new Deal { Title = "Payroll for Acme", AmountCents = 5_000_00, OwnerId = ben.UserId, CreatedAt = db.Now })));
        await using var his = await Browser.OpenAsync(app, "ben@kps.example", "/pipeline");
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline");
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", $"/users/{ben.UserId}");
        var card = anna.Page.Locator("[data-deal-id]").Filter(new() { HasText = "Payroll for Acme" });
        await Expect(card).ToContainTextAsync("BB");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Deactivate…" }).ClickAsync();
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Who gets 1 deal?").SelectOptionAsync(new SelectOptionValue { Label = "Anna Alvarez" });
        await admin.AssertAccessibleAsync();
        var since = Stopwatch.StartNew();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Deactivate and hand over" }).ClickAsync();

        await his.Page.AtAsync("/sign-in");
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"thrown out after {since.Elapsed}");
        await Expect(card).ToContainTextAsync("AA");
        await Expect(admin.Page.Locator(".page-head")).ToContainTextAsync("Deactivated");
        Assert.Equal(HttpStatusCode.Found, (await benHttp.GetAsync("/leads")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SessionTests.SignInAsync(app.NewClient(), "ben@kps.example")).StatusCode);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Reactivate" }).ClickAsync();
        await Expect(admin.Page.Locator(".page-head")).ToContainTextAsync("Active");
        Assert.Equal(HttpStatusCode.Found, (await SessionTests.SignInAsync(app.NewClient(), "ben@kps.example")).StatusCode);
        Assert.Equal([], [.. admin.Errors, .. anna.Errors]);
    }

    [Fact]
    public async Task TheListIsSearchedFilteredAndLeadsToThePerson()
    {
        await using var app = await CrmApp.StartAsync();
        var me = await app.ActorAsync("admin@kps.example");
        await app.Services.GetRequiredService<Accounts>().DeactivateAsync(me, (await app.ActorAsync("ben@kps.example")).UserId!.Value);
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/users");
        var rows = admin.Page.Locator("[data-user-id]");
        await Expect(rows).ToHaveCountAsync(4);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Deactivated" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        Assert.EndsWith("/users?state=deactivated", admin.Page.Url);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Everyone" }).ClickAsync();
        await admin.Page.GetByLabel("Search", new() { Exact = true }).FillAsync("maria");
        await Expect(rows).ToHaveCountAsync(1);
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Maria Manager" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Maria Manager" })).ToBeVisibleAsync();

        await admin.Page.GetByLabel("Role").SelectOptionAsync("Admin");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Change the role" }).ClickAsync();
        await Expect(admin.Page.GetByText("Maria Manager is now Admin.")).ToBeVisibleAsync();
        Assert.Equal(Role.Admin, (await app.ActorAsync("manager@kps.example")).Role);
        Assert.Equal([], admin.Errors);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task AxeFindsNothingOnTheUsersPages(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        var me = await app.ActorAsync("admin@kps.example");
        var invited = await app.Services.GetRequiredService<Invitations>().InviteAsync(me, new() { Name = "Cleo Carter with a rather long name that goes on", Email = "cleo.carter.with.a.long.address@a-long-firm-name.example" });
        await app.Services.GetRequiredService<Accounts>().DeactivateAsync(me, (await app.ActorAsync("ben@kps.example")).UserId!.Value);
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/users", phone, dark);
        foreach (var path in new[] { "/users", "/users?q=nobody+at+all", "/users/1", "/users/4", $"/users/{invited.UserId}", "/users/99999" })
        {
            await admin.Page.GotoAsync(path);
            await admin.LiveAsync();
            await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await admin.AssertAccessibleAsync();
            Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways");
        }
        foreach (var path in new[] { new Uri(invited.Link).PathAndQuery, "/invitation?user=1&token=x" })
        {
            await admin.Page.GotoAsync(path);
            await admin.AssertAccessibleAsync();
            Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways");
        }
        Assert.Equal([], admin.Errors);
    }

    /// <summary>B01, B07: who someone is and whose account it is comes from their session, whatever the form says.</summary>
    [Fact]
    public async Task OnesOwnFormChangesNobodyElseAndNoRole()
    {
        await using var app = await CrmApp.StartAsync();
        Task<List<User>> PeopleAsync() => app.Store.ReadAsync(Actor.System, view => view.People.OrderBy(u => u.Id).AsNoTracking().ToListAsync());
        var (before, anna) = (await PeopleAsync(), await app.SignInAsync());

        var more = before.Where(u => u.Email!.StartsWith("ben", StringComparison.Ordinal)).SelectMany(ben => new[]
        {
            ("Input.Id", ben.Id.ToString()), ("Input.UserId", ben.Id.ToString()), ("UserId", ben.Id.ToString()), ("Input.Email", ben.Email!), ("Email", ben.Email!), ("Input.Role", "Admin"), ("Role", "Admin"),
            ("IsAdmin", "true"), ("Input.DeactivatedAt", ""), ("Input.SecurityStamp", "x"), ("SecurityStamp", "x"), ("EmailConfirmed", "true"),
        }).ToDictionary(f => f.Item1, f => f.Item2);
        await CrmApp.PostFormAsync(anna, "/account/password?user=1&userId=1", new(more) { ["_handler"] = "password", ["Input.Present"] = DemoAccounts.Password, ["Input.New"] = "seven quiet green boats" });

        var after = await PeopleAsync();
        Assert.Equal(["anna@kps.example"], after.Where((u, i) => u.PasswordHash != before[i].PasswordHash).Select(u => u.Email));
        Assert.Equal(before.Select(u => (u.Id, u.Name, u.Email, u.Role, u.DeactivatedAt, u.EmailConfirmed)), after.Select(u => (u.Id, u.Name, u.Email, u.Role, u.DeactivatedAt, u.EmailConfirmed)));
        Assert.DoesNotContain("x", after.Select(u => u.SecurityStamp));
    }
}
