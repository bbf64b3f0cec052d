using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>A proxy that cuts the pages' connections, as some do after ten quiet seconds.</summary>
public class CutLineTests
{
    [Fact]
    public async Task AfterACutWhatWasTypedIsThereAndWhatOthersDidMeanwhileToo()
    {
        await using var app = await CrmApp.StartAsync();
        await using var proxy = new CutProxy(app.Url);
        var ben = await app.ActorAsync("ben@kps.example");
        var lead = Assert.IsType<Created>(await new CreateRecord(RecordKind.Lead, new Dictionary<string, string> { ["name"] = "Acme", ["email"] = "acme@example.com" }, "r").RunAsync(app.Store, ben)).Record;
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", lead.Href, through: proxy.Url);
        await anna.Page.GetByRole(AriaRole.Tab, new() { Name = "Note" }).ClickAsync();
        var note = anna.Page.GetByRole(AriaRole.Textbox, new() { Name = "Note", Exact = true });
        await note.FillAsync("Half a sentence");

        for (var cut = 1; cut <= 2; cut++)
        {
            var before = proxy.Taken;
            proxy.Cut();
            await new AddNote(lead, $"Ben's note {cut}").RunAsync(app.Store, ben);

            await Expect(anna.Page.GetByText($"Ben's note {cut}")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(note).ToHaveValueAsync("Half a sentence");
            Assert.True(proxy.Taken > before, "the page never came again");
        }
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(anna.Page.GetByRole(AriaRole.Main).GetByText("Half a sentence")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }
}
