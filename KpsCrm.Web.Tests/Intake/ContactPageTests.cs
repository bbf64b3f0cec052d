using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Intake;

public class ContactPageTests(PublicApp app)
{
    [Fact]
    public async Task AVisitorWithAPhoneAndWithoutJavaScriptAsksForACallBack()
    {
        var email = PublicApp.NewEmail();
        await using var visitor = await Browser.OpenAsync(await app.StartedAsync(), null, "/contact?service=payroll%20services&utm_source=fb", phone: true, javaScript: false);
        var page = visitor.Page;

        await page.GetByLabel("Your name").FillAsync("Siobhán O'Brien");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync(email);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Phone" }).FillAsync("(214) 555-0100");
        await page.GetByLabel("Budget").SelectOptionAsync("$15,000 - $50,000");
        await page.GetByLabel("Message").FillAsync("First line\nsecond line");
        await page.GetByLabel("may keep what I write").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Request a call back" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Thank you, we have your message" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/contact/thanks$"));
        var lead = (await app.LeadOfAsync(email))!;
        Assert.Equal(("Siobhán O'Brien", "+12145550100", "Payroll Services", 7_500_00, "facebook", "First line\nsecond line"), (lead.Name, lead.Phone, lead.Service, lead.ValueCents, lead.Source, lead.Notes));
    }

    [Fact]
    public async Task WithoutJavaScriptMistakesAreLinkedAndNothingTypedIsLost()
    {
        var email = PublicApp.NewEmail();
        await using var visitor = await Browser.OpenAsync(await app.StartedAsync(), null, "/contact", phone: true, javaScript: false);
        var page = visitor.Page;

        await page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync("ana@example");
        await page.GetByLabel("Company").FillAsync("O'Brien & Sons");
        await page.GetByLabel("What is it about?").SelectOptionAsync("HR Services");
        await page.GetByLabel("Message").FillAsync("Call me");
        await page.GetByLabel("may keep what I write").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Request a call back" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("2 things are missing or not right");
        await Expect(page.GetByLabel("Your name")).ToHaveAccessibleDescriptionAsync("Enter your name.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Enter your name." }).ClickAsync();
        await Expect(page.GetByLabel("Your name")).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" })).ToHaveValueAsync("ana@example");
        await Expect(page.GetByLabel("Company")).ToHaveValueAsync("O'Brien & Sons");
        await Expect(page.GetByLabel("What is it about?")).ToHaveValueAsync("HR Services");
        await Expect(page.GetByLabel("Message")).ToHaveValueAsync("Call me");
        await Expect(page.GetByLabel("may keep what I write")).ToBeCheckedAsync();

        await page.GetByLabel("Your name").FillAsync("Ana");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync(email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Request a call back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Thank you, we have your message" })).ToBeVisibleAsync();
        Assert.Equal("O'Brien & Sons", (await app.LeadOfAsync(email))!.Company);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task ThePublicPagesAreAccessibleAndFitTheirScreen(bool phone, bool dark)
    {
        await using var visitor = await Browser.OpenAsync(await app.StartedAsync(), null, "/contact", phone, dark);
        var page = visitor.Page;
        await visitor.AssertAccessibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        foreach (var field in await page.Locator("form :is(input:not([type=hidden], [type=checkbox]), select, textarea, button):visible:not([tabindex='-1'])").AllAsync())
            Assert.True((await field.BoundingBoxAsync())!.Height >= 48);
        await Expect(page.GetByLabel("Leave this empty")).Not.ToBeInViewportAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Textbox, new() { Name = "Leave this empty" }).CountAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Request a call back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync();

        await page.GotoAsync("/contact/thanks");
        await visitor.AssertAccessibleAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AManagerReleasesAndDropsWhatIsHeldWhileItComesIn(bool dark)
    {
        await using var own = await CrmApp.StartAsync();
        await using var maria = await Browser.OpenAsync(own, "manager@kps.example", "/leads/quarantine", dark: dark);
        var page = maria.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing is held back" })).ToBeVisibleAsync();
        await maria.AssertAccessibleAsync();

        using var sender = own.NewClient();
        foreach (var name in new[] { "www.one.example", "www.two.example" })
            await sender.PostAsync("/api/contact", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = name, ["email"] = $"{name}@example.com", ["message"] = "Buy" }));
        var cards = page.Locator("[data-quarantine-id]");
        await Expect(cards).ToHaveCountAsync(2);
        await maria.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Drop: www.one.example" }).ClickAsync();
        await Expect(cards).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(cards).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Release as lead: www.two.example" }).ClickAsync();
        await Expect(cards).ToHaveCountAsync(1);
        await Expect(page.GetByText("www.two.example is a lead now.")).ToBeVisibleAsync();
        Assert.Equal(["www.two.example"], await own.Store.ReadAsync(KpsCrm.Data.Security.Actor.System, view => Task.FromResult(view.Leads.Select(l => l.Name).ToList())));
    }

    [Fact]
    public async Task TheQuarantineIsForManagers()
    {
        var anna = await (await app.StartedAsync()).SignInAsync("anna@kps.example");
        Assert.Equal(System.Net.HttpStatusCode.Found, (await anna.GetAsync("/leads/quarantine")).StatusCode);
    }
}
