using KpsCrm.Data.Files;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Files;

public class FilesBrowserTests
{
    [Fact]
    public async Task FilesComeByButtonDropAndPasteAndAColleagueSeesThemAtOnce()
    {
        await using var app = await CrmApp.StartAsync();
        var lead = await LeadAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{lead}");
        await using var ben = await Browser.OpenAsync(app, "ben@kps.example", $"/leads/{lead}", phone: true, dark: true);
        var hers = anna.Page.Locator("[data-file-id]");
        var large = new byte[3 * 1024 * 1024];
        Array.Fill(large, (byte)'x');

        await anna.Page.Locator("input[type=file]").Last.SetInputFilesAsync(new FilePayload[]
        {
            new() { Name = "offer.pdf", MimeType = "application/pdf", Buffer = Samples.Pdf },
            new() { Name = "list.txt", MimeType = "text/plain", Buffer = large },
            new() { Name = "picture.pdf", MimeType = "application/pdf", Buffer = Samples.Png },
            new() { Name = "empty.txt", MimeType = "text/plain", Buffer = [] },
        });

        await Expect(hers).ToHaveCountAsync(2);
        await Expect(anna.Page.GetByText("This is not what its name says, but a PNG picture.")).ToBeVisibleAsync();
        await Expect(anna.Page.GetByText("The file is empty.")).ToBeVisibleAsync();
        await Expect(ben.Page.Locator("[data-file-id]")).ToHaveCountAsync(2);
        await anna.AssertAccessibleAsync();
        await ben.AssertAccessibleAsync();

        await DropAsync(anna.Page, "drop", "dropped.txt");
        await Expect(hers).ToHaveCountAsync(3);
        await DropAsync(anna.Page, "paste", "pasted.txt");
        await Expect(ben.Page.Locator("[data-file-id]")).ToHaveCountAsync(4);

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss: empty.txt" }).ClickAsync();
        await Expect(anna.Page.GetByText("The file is empty.")).ToHaveCountAsync(0);
        var download = await anna.Page.RunAndWaitForDownloadAsync(() => anna.Page.GetByRole(AriaRole.Link, new() { Name = "offer.pdf" }).ClickAsync());
        Assert.Equal("offer.pdf", download.SuggestedFilename);
        Assert.Equal(Samples.Pdf, await File.ReadAllBytesAsync(await download.PathAsync()));

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Remove offer.pdf" }).ClickAsync();
        await Expect(ben.Page.GetByText("offer.pdf", new() { Exact = true })).ToHaveCountAsync(0);
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(ben.Page.GetByRole(AriaRole.Link, new() { Name = "offer.pdf" })).ToBeVisibleAsync();
        Assert.Equal([], [.. anna.Errors, .. ben.Errors]);
    }

    [Fact]
    public async Task WhatIsTooLargeIsRefusedBeforeItIsSent()
    {
        await using var app = await CrmApp.StartAsync();
        var lead = await LeadAsync(app);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/leads/{lead}");
        await anna.Page.Locator("input[type=file]").Last.SetInputFilesAsync(new FilePayload { Name = "film.mp4", MimeType = "video/mp4", Buffer = new byte[Attachment.MaxBytes + 1] });

        await Expect(anna.Page.GetByText("It has 10.0 MB; a file can have 10 MB at most.")).ToBeVisibleAsync();
        Assert.Equal(0, await app.Store.ReadAsync(await app.ActorAsync("anna@kps.example"), view => view.Attachments.CountAsync()));
    }

    /// <summary>What a hand does outside the page: a file is dropped on the card, or pasted.</summary>
    private static Task DropAsync(IPage page, string how, string name) => page.Locator("section.files").EvaluateAsync(
        """
        (card, [how, name]) => {
            const data = new DataTransfer();
            data.items.add(new File(['hello'], name, { type: 'text/plain' }));
            const event = how === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }) : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
            (how === 'drop' ? card : document.body).dispatchEvent(event);
        }
        """, new[] { how, name });

    private static async Task<int> LeadAsync(CrmApp app)
    {
        var lead = await app.Store.WriteAsync(await app.ActorAsync("anna@kps.example"), db => Task.FromResult(db.Leads.Add(new() { Name = "Ana", Email = "ana@example.com", CreatedAt = db.Now }).Entity));
        return lead.Id;
    }
}
