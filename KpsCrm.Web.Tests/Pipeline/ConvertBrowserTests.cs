using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Pipeline;

public sealed class ConvertBrowserTests : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Actor _anna = null!;
    private int _lead;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync();
        _anna = await _app.ActorAsync("anna@kps.example");
        var lead = new Lead { Name = "Ana Núñez", Email = "ana@example.com", Company = "Núñez Tile", ValueCents = 5_000_00 };
        await _app.Store.WriteAsync(_anna, db =>
        {
            db.Clients.Add(new Client { Name = "Ana Nuñez", Email = "office@nunez.example", Company = "Nunez Tile LLC" });
            return Task.FromResult(db.Leads.Add(lead));
        });
        _lead = lead.Id;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task ALikelyClientIsOfferedBeforeAnythingIsWrittenAndUndoTakesAllBack()
    {
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/leads/{_lead}");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Convert" }).ClickAsync();
        var dialog = anna.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Is it one of these clients?")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create client and deal" }).ClickAsync();
        await Expect(dialog.GetByText("Choose whether it is one of these clients or a new one.")).ToBeVisibleAsync();
        Assert.Equal(0, await _app.Store.ReadAsync(_anna, view => view.Deals.CountAsync()));

        await ChooseAsync(dialog.GetByRole(AriaRole.Radio, new() { Name = "Add the deal to Ana Nuñez" }));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add the deal" }).ClickAsync();
        await Expect(anna.Page.GetByText("Ana Nuñez has the deal")).ToBeVisibleAsync();
        Assert.Equal((1, 1), await _app.Store.ReadAsync(_anna, async view => (await view.Clients.CountAsync(), await view.Deals.CountAsync())));

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(anna.Page.GetByText("Taken back. Ana Núñez is in New again.")).ToBeVisibleAsync();
        Assert.Equal((0, LeadStatus.New), await _app.Store.ReadAsync(_anna, async view => (await view.Deals.CountAsync(), await view.Leads.Select(l => l.Status).SingleAsync())));
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task WhoConvertsWhatAnotherHasConvertedIsToldSo()
    {
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/leads/{_lead}");
        await using var ben = await Browser.OpenAsync(_app, "ben@kps.example", $"/leads/{_lead}");
        foreach (var page in new[] { anna.Page, ben.Page })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Convert" }).ClickAsync();
            await ChooseAsync(page.GetByRole(AriaRole.Radio, new() { Name = "Make a new client" }));
        }
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Create client and deal" }).ClickAsync();
        await Expect(anna.Page.GetByText("Ana Núñez is a client now, with the deal")).ToBeVisibleAsync();
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Create client and deal" }).ClickAsync();
        await Expect(ben.Page.GetByText("Anna Alvarez has converted this lead already, into the deal Project for Núñez Tile.")).ToBeVisibleAsync();
    }

    [Theory, InlineData(false, false), InlineData(true, true)]
    public async Task AxeFindsNothingInTheQuestion(bool phone, bool dark)
    {
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/leads/{_lead}", phone, dark);
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Convert" }).ClickAsync();
        await ChooseAsync(anna.Page.GetByRole(AriaRole.Radio, new() { Name = "Make a new client" }));
        await anna.Page.GetByLabel("Client name").WaitForAsync();
        await anna.Page.UntilAsync("document.getAnimations().every(a => a.playState !== 'running')");
        await anna.AssertAccessibleAsync();
        Assert.True(await anna.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    /// <summary>What stands there once the server has answered counts, not the moment of the click.</summary>
    private static async Task ChooseAsync(ILocator radio)
    {
        await radio.ClickAsync();
        await Expect(radio).ToBeCheckedAsync();
    }
}
