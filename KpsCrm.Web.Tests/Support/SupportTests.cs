namespace KpsCrm.Web.Tests.Support;

public class SupportTests
{
    [Fact]
    public async Task ASignedInPersonSeesALivePage()
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/");

        await Microsoft.Playwright.Assertions.Expect(anna.Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "Dashboard" })).ToBeVisibleAsync();
        Assert.Equal([], anna.Errors);
    }
}
