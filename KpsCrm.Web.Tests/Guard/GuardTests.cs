using System.Net;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Guard;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Guard;

public class GuardTests
{
    private const string Idle = "guard.idle_hours", Days = "guard.session_days", Factor = "guard.second_factor_for_admins", Failures = "guard.failures_of_account";

    [Fact]
    public async Task WhatIsChosenHoldsAtOnceOnEveryInstanceAndAfterARestart()
    {
        await using var app = await CrmApp.StartAsync(provider: DatabaseProvider.Postgres);
        await using var other = await CrmApp.StartAsync(beside: app);
        var admin = await app.ActorAsync("admin@kps.example");

        await ChangeAsync(app, admin, (Idle, 2), (Days, 3), (Failures, 4));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Account(other).IdleMinutes != 120)
            await Task.Delay(20, patience.Token);
        await using var later = await CrmApp.StartAsync(beside: app);
        foreach (var instance in new[] { app, other, later })
        {
            Assert.Equal((120, 3), (Account(instance).IdleMinutes, Account(instance).SessionDays));
            Assert.Equal(4, instance.Services.GetRequiredService<SuspicionOptions>().FailuresOfAccount);
            Assert.Equal(TimeSpan.FromDays(3), instance.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme).ExpireTimeSpan);
        }
        var trail = await app.Store.ReadAsync(admin, view => view.SecurityLogs.Where(l => l.EventType == SecurityEvents.SettingChanged).Select(l => l.Subject).ToListAsync());
        Assert.Equal([$"settings/{Failures}", $"settings/{Idle}", $"settings/{Days}"], trail.Order());
    }

    [Fact]
    public async Task GoingBackIsToWhatTheConfigurationSaysToTheMinute()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:IdleMinutes"] = "90" });
        var admin = await app.ActorAsync("admin@kps.example");
        await ChangeAsync(app, admin, (Idle, 5));
        Assert.Equal(300, Account(app).IdleMinutes);

        await ChangeAsync(app, admin, (Idle, null));

        Assert.Equal(90, Account(app).IdleMinutes);
        Assert.Empty(await app.Store.ReadAsync(admin, view => view.Settings.ToListAsync()));
    }

    [Theory]
    [InlineData(Idle, 0, "Signed out after: choose a whole number from 1 to 8,760.")]
    [InlineData(Days, 366, "And at the latest after: choose a whole number from 1 to 365.")]
    [InlineData(Factor, 2, "Admins need a second factor: choose a whole number from 0 to 1.")]
    public async Task WhatCanNotBeIsRefusedWithTheRestOfIt(string key, int value, string sentence)
    {
        await using var app = await CrmApp.StartAsync();
        var admin = await app.ActorAsync("admin@kps.example");

        Assert.Equal(sentence, (await Assert.ThrowsAsync<RuleException>(() => ChangeAsync(app, admin, (Failures, 4), (key, value)))).Message);

        Assert.Empty(await app.Store.ReadAsync(admin, view => view.Settings.ToListAsync()));
        Assert.Equal(10, app.Services.GetRequiredService<SuspicionOptions>().FailuresOfAccount);
    }

    [Theory]
    [InlineData("anna@kps.example")]
    [InlineData("manager@kps.example")]
    public async Task NobodyButAnAdminChooses(string email)
    {
        await using var app = await CrmApp.StartAsync();
        var who = await app.ActorAsync(email);

        await Assert.ThrowsAsync<AccessDeniedException>(() => ChangeAsync(app, who, (Failures, 100_000)));

        Assert.Equal(10, app.Services.GetRequiredService<SuspicionOptions>().FailuresOfAccount);
    }

    [Fact]
    public async Task AnAdminWithoutASecondFactorIsLedToIt()
    {
        await using var app = await CrmApp.StartAsync();
        var admin = await app.SignInAsync("admin@kps.example");
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/settings")).StatusCode);

        await ChangeAsync(app, await app.ActorAsync("admin@kps.example"), (Factor, 1));

        Assert.Equal("/account/second-factor", (await admin.GetAsync("/settings")).Headers.Location?.OriginalString);
    }

    /// <summary>Also a page that has been open since before, without a click.</summary>
    [Fact]
    public async Task ThePagesOfAnAdminWithoutASecondFactorLeadThereAtOnce()
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/audit");
        await using var anna = await Browser.OpenAsync(app, "anna@kps.example", "/leads");

        await ChangeAsync(app, await app.ActorAsync("admin@kps.example"), (Factor, 1));

        await admin.Page.AtAsync("/account/second-factor");
        Assert.EndsWith("/leads", anna.Page.Url);
        await Expect(anna.Page.Locator("body[data-live=on]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AnAdminTypesSavesAndGoesBack()
    {
        await using var app = await CrmApp.StartAsync();
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/security");
        var days = admin.Page.GetByLabel("And at the latest after");
        var save = admin.Page.GetByRole(AriaRole.Button, new() { Name = "Save" });
        await Expect(save).ToBeDisabledAsync();
        await days.FillAsync("14");
        await days.PressAsync("Tab");
        await save.ClickAsync();
        await Expect(admin.Page.GetByText("Saved. It holds from now on.")).ToBeVisibleAsync();
        Assert.Equal(14, Account(app).SessionDays);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the installation" }).ClickAsync();
        await Expect(days).ToHaveValueAsync("30");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(days).ToHaveValueAsync("14");
        Assert.Empty(admin.Errors);
    }

    private static AccountOptions Account(CrmApp app) => app.Services.GetRequiredService<AccountOptions>();

    private static Task ChangeAsync(CrmApp app, Actor who, params (string Key, int? Value)[] chosen) =>
        new ChangeGuard(chosen.ToDictionary(c => c.Key, c => c.Value)).RunAsync(app.Store, app.Services.GetRequiredService<GuardInForce>(), who);
}
