using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Records;

/// <summary>The same chooser where a deal stands and where one is made.</summary>
public class ClientPickerTests
{
    [Fact]
    public async Task ADealsClientIsChosenInItsPlaceByTheKeyboard()
    {
        await using var app = await CrmApp.StartAsync();
        var deal = new Deal { Title = "Payroll", CreatedAt = DateTime.UtcNow };
        await app.Store.WriteAsync(Actor.System, db =>
        {
            deal.Client = new Client { Name = "Ana Núñez", Email = "ana@example.com", Company = "Núñez Tile", JoinedAt = db.Now };
            db.AddRange(deal, new Client { Name = "Blue Whale", Email = "whale@example.com", JoinedAt = db.Now });
            return Task.CompletedTask;
        });
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", $"/deals/{deal.Id}");
        var keys = anna.Page.Keyboard;
        var client = anna.Page.GetByRole(AriaRole.Combobox, new() { Name = "Client", Exact = true });
        await anna.Page.GetByRole(AriaRole.Button, new() { Name = "Edit Client: Ana Núñez" }).FocusAsync();

        await keys.PressAsync("Enter");
        await Expect(client).ToBeFocusedAsync();
        await Expect(client).ToHaveValueAsync("Ana Núñez");
        // Whoever looks sees the others, too.
        await keys.PressAsync("ArrowDown");
        await Expect(anna.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(2);
        await anna.AssertAccessibleAsync();
        await client.FillAsync("nobody at all");
        await Expect(anna.Page.GetByText("No client has “nobody at all”")).ToBeVisibleAsync();
        await keys.PressAsync("Enter");
        await Expect(anna.Page.GetByText("Choose a client from the list.")).ToBeVisibleAsync();
        await client.FillAsync("whale");
        await Expect(anna.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await keys.PressAsync("Enter");

        await Expect(anna.Page.GetByRole(AriaRole.Button, new() { Name = "Edit Client: Blue Whale" })).ToBeFocusedAsync();
        Assert.Equal("Blue Whale", await app.Store.ReadAsync(Actor.System, view => view.Deals.Select(d => d.Client!.Name).SingleAsync()));
        Assert.Equal([], anna.Errors);
    }
}
