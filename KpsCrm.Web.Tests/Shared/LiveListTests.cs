using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Shared;

public class LiveListTests
{
    [Fact]
    public async Task AColleaguesLeadAppearsOnAnOpenListWhichKeepsItsPageAndOrder()
    {
        await using var app = await CrmApp.StartAsync();
        await AddAsync(app, [.. Enumerable.Range(10, 60).Select(i => $"Lead {i}")]);
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads?sort=name&page=2&q=lead");
        await Expect(anna.Page.Locator("[data-count]")).ToHaveAttributeAsync("data-count", "60");
        await Expect(anna.Page.Locator("tbody tr")).ToHaveCountAsync(10);
        await anna.Page.EvaluateAsync("window.same = true");

        await AddAsync(app, "Lead 99", "Somebody else");

        await Expect(anna.Page.Locator("[data-count]")).ToHaveAttributeAsync("data-count", "61");
        await Expect(anna.Page.Locator("tbody tr")).ToHaveCountAsync(11);
        await Expect(anna.Page.Locator("tbody tr").Last).ToContainTextAsync("Lead 99");
        await Expect(anna.Page.GetByText("Page 2 of 2")).ToBeVisibleAsync();
        await Expect(anna.Page).ToHaveURLAsync($"{app.Url}/leads?sort=name&page=2&q=lead");
        Assert.True(await anna.Page.EvaluateAsync<bool>("window.same === true"));
        Assert.Equal([], anna.Errors);
    }

    private static Task AddAsync(CrmApp app, params string[] names) => app.Store.WriteAsync(Actor.System, db =>
    {
        foreach (var name in names)
            db.Leads.Add(new Lead { Name = name, Email = "ana@example.com", CreatedAt = db.Now });
        return Task.CompletedTask;
    });
}
