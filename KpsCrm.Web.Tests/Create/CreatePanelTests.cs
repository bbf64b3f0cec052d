using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Create;

public sealed class CreatePanelTests : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Actor _anna = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync();
        _anna = await _app.ActorAsync("anna@kps.example");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task ADealIsMadeWithTheKeyboardAloneFromTheColumnItBelongsIn()
    {
        await AddClientAsync("Ana Núñez", "ana@example.com");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", "/pipeline");
        var page = anna.Page;
        var opener = page.GetByRole(AriaRole.Button, new() { Name = "New deal in Review" });
        await opener.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByLabel("Title")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Stage", new() { Exact = true })).ToHaveValueAsync("review");

        await page.Keyboard.TypeAsync("Bookkeeping");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("núñ");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "Ana Núñez" })).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Client" })).ToHaveValueAsync("Ana Núñez");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("8,500");
        await page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Bookkeeping" }).Last).ToBeVisibleAsync();
        await Expect(Panel(page)).ToBeHiddenAsync();
        await Expect(opener).ToBeFocusedAsync();
        var deal = await _app.Store.ReadAsync(_anna, view => view.Deals.Include(d => d.Client).SingleAsync());
        Assert.Equal((DealStage.Review, 8_500_00, "Ana Núñez", _anna.UserId), (deal.Stage, deal.AmountCents, deal.Client!.Name, deal.OwnerId));
        Assert.Equal([], anna.Errors);
    }

    [Fact]
    public async Task TheSentencesStandBesideTheirFieldsAndTheFirstOfThemHasTheFocus()
    {
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.GetByLabel("Phone").FillAsync("214-555-0142");
        await anna.Page.GetByLabel("E-mail").FillAsync("ana@");
        await anna.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(anna.Page.GetByText("Enter the name.")).ToBeVisibleAsync();
        await Expect(anna.Page.GetByText("Enter the whole e-mail address, like name@example.com.")).ToBeVisibleAsync();
        await Expect(anna.Page.GetByLabel("Name")).ToBeFocusedAsync();
        await Expect(anna.Page.GetByLabel("Phone")).ToHaveValueAsync("214-555-0142");
    }

    [Fact]
    public async Task WhatIsTypedSurvivesAReload()
    {
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.GetByLabel("Name").PressSequentiallyAsync("Zoë Åberg");
        await anna.Page.GetByLabel("Country").FillAsync("Sweden");
        await anna.Page.ReloadAsync();

        await Expect(anna.Page.GetByText("Restored what you had typed.")).ToBeVisibleAsync();
        await Expect(anna.Page.GetByLabel("Name")).ToHaveValueAsync("Zoë Åberg");
        await Expect(anna.Page.GetByLabel("Country")).ToHaveValueAsync("Sweden");

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(anna.Page.GetByLabel("Name")).ToHaveValueAsync("");
        await anna.Page.ReloadAsync();
        await anna.LiveAsync();
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task WhatIsTypedSurvivesAServerRestartAndIsSavedOnce()
    {
        var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/pipeline/leads");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "New lead", Exact = true }).ClickAsync();
        await anna.Page.GetByLabel("Name").FillAsync("Ana Núñez");
        await anna.Page.GetByLabel("E-mail").FillAsync("ana@example.com");
        await app.StopAsync();
        await Expect(anna.Page.GetByText("Reconnecting…")).ToBeVisibleAsync();
        await using var again = await CrmApp.StartAsync(folder: app.Folder, url: app.Url);

        await Expect(anna.Page.GetByText("Restored what you had typed.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(anna.Page.GetByLabel("E-mail")).ToHaveValueAsync("ana@example.com");
        await anna.Page.GetByLabel("E-mail").PressAsync("Control+Enter");
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();
        Assert.Equal("Ana Núñez", await again.Store.ReadAsync(_anna, view => view.Leads.Select(l => l.Name).SingleAsync()));
    }

    [Fact]
    public async Task WhatIsTypedWhileTheConnectionIsAwayReachesTheServerWhenItIsBack()
    {
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.GetByLabel("E-mail").FillAsync("ana@example.com");
        // The keys come into the field, and their events to nobody.
        await anna.Page.EvaluateAsync("document.querySelector('#field-name').value = 'Ana from the tunnel'");
        await anna.Page.EvaluateAsync("document.getElementById('components-reconnect-modal').dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state: 'hide' } }))");
        await anna.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(Panel(anna.Page)).ToBeHiddenAsync();
        Assert.Equal("Ana from the tunnel", await _app.Store.ReadAsync(_anna, view => view.Leads.Select(l => l.Name).SingleAsync()));
    }

    [Fact]
    public async Task WhatAnotherChangedMeanwhileIsShownFieldByField()
    {
        var client = await AddClientAsync("Ana Núñez", "ana@example.com");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", $"/clients/{client}");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Edit this client" }).ClickAsync();
        var panel = Panel(anna.Page);
        await panel.GetByLabel("Phone").FillAsync("214-555-0142");
        await panel.GetByLabel("Company").FillAsync("Núñez Tile");
        var ben = await _app.ActorAsync("ben@kps.example");
        await new EditRecord(RecordRef.Client(client), [new("phone", null, "469-555-0100")]).RunAsync(_app.Store, ben);

        await anna.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(panel.GetByText("Ben Brooks set this to (469) 555-0100 meanwhile. You have (214) 555-0142.")).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
        await Expect(panel.GetByLabel("Phone")).ToHaveValueAsync("+14695550100");
        await anna.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(panel).ToBeHiddenAsync();
        Assert.Equal(("+14695550100", "Núñez Tile"), await _app.Store.ReadAsync(_anna, view => view.Clients.Select(c => new ValueTuple<string?, string?>(c.Phone, c.Company)).SingleAsync()));
    }

    [Fact]
    public async Task WhatWasAddedIsTakenBackWithOneClick()
    {
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", "/clients");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "New client" }).First.ClickAsync();
        await anna.Page.GetByLabel("Name").FillAsync("Ana Núñez");
        await anna.Page.GetByLabel("E-mail").FillAsync("ana@example.com");
        await anna.Page.Keyboard.PressAsync("Control+Enter");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(anna.Page.GetByText("Ana Núñez moved to the recycle bin.")).ToBeVisibleAsync();
        Assert.Equal((0, 1), await _app.Store.ReadAsync(_anna, async view => (await view.Clients.CountAsync(), await view.BinnedClients.CountAsync())));
    }

    [Fact]
    public async Task EscAsksOnlyWhenSomethingWasTyped()
    {
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "New lead", Exact = true }).ClickAsync();
        await anna.Page.GetByLabel("Name").PressSequentiallyAsync("Ana");
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it for later" })).ToBeFocusedAsync();
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(anna.Page.GetByLabel("Name")).ToBeFocusedAsync();
        await anna.Page.Keyboard.PressAsync("Escape");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it for later" }).ClickAsync();
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "New lead", Exact = true }).ClickAsync();
        await Expect(anna.Page.GetByLabel("Name")).ToHaveValueAsync("Ana");
        await Expect(anna.Page.GetByText("Restored what you had typed.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SignedOutNothingThatWasTypedIsLeftOnTheMachine()
    {
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.GetByLabel("Name").PressSequentiallyAsync("Ana");
        await anna.Page.Keyboard.PressAsync("Escape");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it for later" }).ClickAsync();
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();
        Assert.Equal(1, await DraftsAsync());

        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Account of Anna Alvarez" }).ClickAsync();
        await anna.Page.GetByText("Sign out").ClickAsync();
        await anna.Page.GetByLabel("Password").WaitForAsync();
        Assert.Equal(0, await DraftsAsync());

        Task<int> DraftsAsync() => anna.Page.EvaluateAsync<int>("Object.keys(localStorage).filter(key => key.startsWith('kps-draft:')).length");
    }

    [Fact]
    public async Task WhoeverIsKnownIsShownWhileTypingAndStopsNobody()
    {
        await AddClientAsync("Ana Núñez", "ana@example.com");
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.GetByLabel("Name").FillAsync("Ana N.");
        await anna.Page.GetByLabel("E-mail").FillAsync("ANA@example.com");
        await Expect(anna.Page.GetByText("Same e-mail address: Ana Núñez")).ToBeVisibleAsync();
        await Expect(anna.Page.GetByText("Client, active, no owner")).ToBeVisibleAsync();

        // Somebody else adds another one meanwhile.
        await _app.Store.WriteAsync(_anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana Nuñez", Email = "ana@example.com", CreatedAt = db.Now })));
        await Expect(anna.Page.GetByText("Lead, new, no owner")).ToBeVisibleAsync();

        await anna.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();
        Assert.Equal(2, await _app.Store.ReadAsync(_anna, view => view.Leads.CountAsync()));
    }

    [Fact]
    public async Task UseThisOneOpensTheOneThatIsKnown()
    {
        var client = await AddClientAsync("Ana Núñez", "ana@example.com");
        await using var anna = await OpenNewLeadAsync();
        await anna.Page.GetByLabel("E-mail").FillAsync("ana@example.com");
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Use this one" }).ClickAsync();
        await Expect(anna.Page).ToHaveURLAsync($"{_app.Url}/clients/{client}");
        await Expect(Panel(anna.Page)).ToBeHiddenAsync();
    }

    [Theory, InlineData(false, false), InlineData(true, true), InlineData(true, false), InlineData(false, true)]
    public async Task AxeFindsNothingInThePanelAndOnAPhoneItFillsTheScreen(bool phone, bool dark)
    {
        await AddClientAsync("Ana Núñez", "ana@example.com");
        await using var anna = await Browser.OpenAsync(_app, "anna@kps.example", "/pipeline", phone, dark);
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "New deal", Exact = true }).ClickAsync();
        await anna.Page.GetByLabel("Title").FillAsync("Bookkeeping");
        await anna.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(anna.Page.GetByText("Enter the amount; 0 if it isn't known yet.")).ToBeVisibleAsync();
        var client = anna.Page.GetByRole(AriaRole.Combobox, new() { Name = "Client" });
        await client.FillAsync("ana");
        await Expect(anna.Page.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option)).ToHaveCountAsync(2);
        await anna.AssertAccessibleAsync();
        await client.FillAsync("Ana Núñez");
        await anna.Page.GetByRole(AriaRole.Option, new() { Name = "Create the client" }).ClickAsync();
        await Expect(anna.Page.GetByText("Same name")).ToBeVisibleAsync();
        await anna.Page.Keyboard.PressAsync("Escape");
        await Expect(anna.Page.GetByText("You have typed something.")).ToBeVisibleAsync();
        await anna.AssertAccessibleAsync();

        Assert.True(await anna.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        if (phone)
            Assert.True(await anna.Page.EvaluateAsync<bool>("document.querySelector('dialog.panel').getBoundingClientRect().width === innerWidth && document.querySelector('dialog.panel').getBoundingClientRect().height === innerHeight"));
        Assert.Equal([], anna.Errors);
    }

    private static ILocator Panel(IPage page) => page.Locator("dialog.panel");

    private async Task<Browser> OpenNewLeadAsync()
    {
        var browser = await Browser.OpenAsync(_app, "anna@kps.example", "/pipeline/leads");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "New lead", Exact = true }).ClickAsync();
        await Expect(browser.Page.GetByLabel("Name")).ToBeFocusedAsync();
        return browser;
    }

    private async Task<int> AddClientAsync(string name, string email)
    {
        var client = new Client { Name = name, Email = email };
        await _app.Store.WriteAsync(_anna, db => Task.FromResult(db.Clients.Add(client)));
        return client.Id;
    }
}
