using KpsCrm.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.EndToEnd;

public class EveryPageTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task AxeFindsNothingOnAnyPageAndNoneScrollsSideways(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync(sample: true);
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/leads", phone, dark);
        foreach (var path in new[] { "/leads", "/leads?status=new", "/leads?q=nobody+has+this+name", "/clients", "/deals", "/leads/1", "/clients/1", "/deals/1", "/deals?stage=open", "/deals/999999", "/bin", "/leads/quarantine", "/settings", "/settings/backup", "/settings/health", "/settings/mail", "/settings/rights", "/settings/security", "/users", "/users/1" })
        {
            await admin.Page.GotoAsync(path);
            await admin.LiveAsync();
            await Expect(admin.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            await admin.AssertAccessibleAsync();
            Assert.True(await admin.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways");
        }
        Assert.Equal([], admin.Errors);
    }
}
