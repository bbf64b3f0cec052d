using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Activities;

public class CorrectionBrowserTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnAuthorCorrectsANoteInItsPlaceAndTheFormerWordsStayInReach(bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        var lead = new Lead { Name = "Ana Núñez", Email = "ana@example.com", CreatedAt = DateTime.UtcNow };
        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Leads.Add(lead)));
        var (who, colleague) = (await app.ActorAsync("anna@kps.example"), await app.ActorAsync("ben@kps.example"));
        await new AddNote(RecordRef.Lead(lead.Id), "call on Mnday").RunAsync(app.Store, who);
        await new AddNote(RecordRef.Lead(lead.Id), "likes tea").RunAsync(app.Store, colleague);
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", $"/leads/{lead.Id}");
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{lead.Id}", phone: dark, dark: dark);
        var note = anna.Page.Locator(".timeline .item", new() { HasText = "Anna Alvarez wrote a note" });
        var words = anna.Page.GetByLabel("Correct the note");

        // Only one's own can be corrected.
        await Expect(note).ToContainTextAsync("call on Mnday");
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Correct this note" })).ToHaveCountAsync(1);

        // Opened by the keyboard, taken back with Esc, and the focus is where it was.
        await note.GetByRole(AriaRole.Button, new() { Name = "Correct" }).FocusAsync();
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(words).ToBeFocusedAsync();
        await Expect(words).ToHaveValueAsync("call on Mnday");
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(note.GetByRole(AriaRole.Button, new() { Name = "Correct" })).ToBeFocusedAsync();

        // What can't be saved says why, and stays.
        await anna.Page.Keyboard.PressAsync("Enter");
        await words.FillAsync("   ");
        await words.PressAsync("Control+Enter");
        await Expect(note.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Write something first.");
        await words.FillAsync("call on Monday, @Ben Brooks");
        await anna.AssertAccessibleAsync();

        // Another window was quicker: it is told, and what was typed stays.
        var first = await app.Store.ReadAsync(who, view => Task.FromResult(view.Activities.Single(a => a.Summary == "call on Mnday").Id));
        await new CorrectNote(first, "call on Tuesday").RunAsync(app.Store, who);
        await Expect(note).ToContainTextAsync("Meanwhile you corrected it in another window: “call on Tuesday”.");
        await Expect(words).ToHaveValueAsync("call on Monday, @Ben Brooks");

        await words.PressAsync("Control+Enter");
        await Expect(words).ToHaveCountAsync(0);
        await Expect(note.Locator(".mention")).ToHaveTextAsync("@Ben Brooks");
        var theirs = ben.Page.Locator(".timeline .item", new() { HasText = "Anna Alvarez wrote a note" });
        await Expect(theirs.Locator("> .what > .words")).ToHaveTextAsync("call on Monday, @Ben Brooks");
        await Expect(theirs.GetByText("call on Mnday")).ToBeHiddenAsync();
        await theirs.GetByText("corrected").ClickAsync();
        await Expect(theirs.Locator("ol .words")).ToHaveTextAsync(["call on Mnday", "call on Tuesday"]);
        await Expect(theirs.GetByText("call on Mnday")).ToBeVisibleAsync();
        await ben.AssertAccessibleAsync();
        Assert.Equal([], anna.Errors);
        Assert.Equal([], ben.Errors);
    }
}
