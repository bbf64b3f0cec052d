using KpsCrm.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Health;

public class HealthPageTests
{
    [Fact]
    public async Task AnAdminSeesWhatIsWrongAndMendsWhatIsSafe()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Health:FreeMegabytes"] = "1000000" }, sample: true);
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/health");
        var page = admin.Page;
        await Expect(page.GetByText("No mail is waiting.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The disk is nearly full");
        await DamageAsync(app, "UPDATE clients SET total_value_cents = total_value_cents + 1 WHERE id = 1");

        await page.GetByRole(AriaRole.Button, new() { Name = "Check the data" }).ClickAsync();
        await Expect(page.Locator("[data-check=findings]")).ToContainTextAsync("1 thing is not as it should be.");
        await Expect(page.Locator("[data-gravity=wrong]")).ToContainTextAsync("Client 1 has the lifetime value");
        await admin.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mend what is safe" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mend it" }).ClickAsync();

        await Expect(page.Locator("[data-check=whole]")).ToContainTextAsync("One client's lifetime value was reckoned anew.");
        Assert.Equal([], admin.Errors);
    }

    [Fact]
    public async Task AMailThatWaitsIsToldAtOnce()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = "9" });
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/health");
        await Expect(admin.Page.GetByText("No mail is waiting.")).ToBeVisibleAsync();

        using var visitor = app.NewClient();
        await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(visitor, "/api/contact", new { name = "Ana Núñez", email = "ana@example.com", consent = true });

        await Expect(admin.Page.GetByText("2 mails are waiting, the oldest for less than a minute.")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByText("Saving takes ")).ToBeVisibleAsync();
    }

    private static async Task DamageAsync(CrmApp app, string sql)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(app.Folder, "kps_crm.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
