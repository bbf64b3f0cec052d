using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Create;

/// <summary>A task, new or not, has one place to be written: the side panel.</summary>
public class TaskPanelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ATaskIsChangedInThePanelAndItsDraftOutlivesAReload(bool phone)
    {
        await using var app = await CrmApp.StartAsync();
        var (who, company) = (await app.ActorAsync("anna@kps.example"), app.Services.GetRequiredService<CompanyOptions>());
        var today = company.DayOf(TimeProvider.System.GetUtcNow().UtcDateTime);
        var id = await new PlanTask(null, new() { Title = "Call the bank", DueOn = today, OwnerId = who.UserId }).RunAsync(app.Store, who, company);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/tasks", phone, dark: phone);
        var panel = anna.Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit task" });

        await anna.Page.Locator("[data-task-id] .title", new() { HasText = "Call the bank" }).ClickAsync();
        await Expect(panel.GetByLabel("Title")).ToBeFocusedAsync();
        await anna.AssertAccessibleAsync();
        await panel.GetByLabel("Title").FillAsync("Call the bank again");
        await Expect(panel.Locator("[name=plan]")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("again"));

        // A reload takes nothing away; a colleague's change meanwhile is told, and the second attempt puts one's own in its place.
        await anna.Page.ReloadAsync();
        await Expect(panel.GetByLabel("Title")).ToHaveValueAsync("Call the bank again");
        await new EditTask(id, 1, new() { Title = "Write to the bank", DueOn = today, OwnerId = who.UserId }).RunAsync(app.Store, await app.ActorAsync("ben@kps.example"), company);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(panel).ToContainTextAsync("it is now “Write to the bank”");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(panel).ToBeHiddenAsync();
        Assert.Equal("Call the bank again", await app.Store.ReadAsync(who, view => view.Tasks.Select(t => t.Title).SingleAsync()));

        await anna.Page.Locator("[data-task-id] .title", new() { HasText = "Call the bank again" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(panel).ToBeHiddenAsync();
        await Expect(anna.Page.Locator("[data-part=done]")).ToContainTextAsync("Call the bank again");
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task ANewTaskOpensInThePanelFromPageAndPalette()
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/tasks");
        var panel = anna.Page.GetByRole(AriaRole.Dialog, new() { Name = "New task" });
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "New task" }).ClickAsync();
        await Expect(panel.GetByLabel("Title")).ToBeFocusedAsync();
        await anna.Page.Keyboard.TypeAsync("Send the figures");
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(panel).ToBeHiddenAsync();
        await Expect(anna.Page.Locator("[data-part=week]")).ToContainTextAsync("Send the figures");

        await anna.Page.Keyboard.PressAsync("c");
        await anna.Page.Keyboard.PressAsync("t");
        await Expect(panel.GetByLabel("Title")).ToBeFocusedAsync();
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToBeHiddenAsync();
        Assert.Equal(1, await app.Store.ReadAsync(Actor.System, view => view.Tasks.CountAsync()));
        Assert.Equal([], anna.Errors);
    }
}
