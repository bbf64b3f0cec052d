using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Account;

public class OwnNameTests
{
    [Fact]
    public async Task AChangedNameShowsAtOnceInWhatThePersonDoes()
    {
        await using var app = await CrmApp.StartAsync();
        var lead = new Lead { Name = "Ana Núñez", Email = "ana@example.com", CreatedAt = DateTime.UtcNow };
        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(lead)));
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{lead.Id}");
        var note = anna.Page.GetByRole(AriaRole.Textbox, new() { Name = "Note", Exact = true });
        await Expect(note).ToBeVisibleAsync();

        // In another window; this one keeps its circuit, and its cookie the old name.
        await new ChangeName("Anna Ames").RunAsync(app.Store, await app.ActorAsync("anna@kps.example"));
        await note.FillAsync("likes tea");
        await note.PressAsync("Control+Enter");

        await Expect(anna.Page.Locator(".timeline .item").First).ToContainTextAsync("Anna Ames wrote a note");
        Assert.Equal([], anna.Errors);
    }
}
