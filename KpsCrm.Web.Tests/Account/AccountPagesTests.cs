using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Account;

public class AccountPagesTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task AxeFindsNothingAndTheBrowserRefusesNothing(bool phone, bool dark)
    {
        await using var app = await CrmApp.StartAsync();
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/account/sessions", phone, dark);
        foreach (var path in new[] { "/account/password", "/account/second-factor", "/account/passkeys", "/forgot-password", "/reset-password?user=1&token=x", "/sign-in?ended=true&returnUrl=%2F" })
        {
            await anna.Page.GotoAsync(path);
            await anna.AssertAccessibleAsync();
            Assert.True(await anna.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways");
        }
        Assert.True(anna.Errors.Count == 0, string.Join("\n", anna.Errors));
    }
}
