using System.Net;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.SecondStep;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Account;

public class SecondFactorTests
{
    private const string Page = "/account/second-factor";

    /// <summary>RFC 6238, appendix B.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void TheCodesAreThoseOfTheStandard(long seconds, string code)
    {
        var key = "12345678901234567890"u8.ToArray();

        Assert.Equal(code, Totp.CodeOf(key, seconds / 30));
        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.Text(key));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACodeIsTakenOnceAlsoWhenItComesTwentyTimesAtOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var factors = new SecondFactors(data.Store, new EphemeralDataProtectionProvider());
        var key = await factors.BeginAsync(data.Anna);
        Assert.Equal(key, await factors.BeginAsync(data.Anna));
        Assert.Null(await factors.TakeAsync(data.Anna, CodeOf(data, key)));
        await Assert.ThrowsAsync<RuleException>(() => factors.ConfirmAsync(data.Anna, "000000"));
        var codes = await factors.ConfirmAsync(data.Anna, CodeOf(data, key));
        // The code that confirmed it opens nothing.
        Assert.Null(await factors.TakeAsync(data.Anna, CodeOf(data, key)));

        data.Clock.Advance(TimeSpan.FromSeconds(30));
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => factors.TakeAsync(data.Anna, CodeOf(data, key))));
        Assert.Single(taken, left => left == 10);
        Assert.Equal(19, taken.Count(left => left is null));

        // A recovery code as well; written as it comes.
        var typed = codes[0].ToLowerInvariant().Replace("-", " ");
        var recovered = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => factors.TakeAsync(data.Anna, typed)));
        Assert.Single(recovered, left => left == 9);
        Assert.Equal(9, (await factors.ReadAsync(data.Anna)).CodesLeft);
        // Nobody else's.
        Assert.Null(await factors.TakeAsync(data.Manager, codes[1]));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheDatabaseHoldsNeitherTheKeyNorTheCodes(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var factors = new SecondFactors(data.Store, new EphemeralDataProtectionProvider());
        var key = await factors.BeginAsync(data.Anna);
        var codes = await factors.ConfirmAsync(data.Anna, CodeOf(data, key));
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, c => Assert.Matches("^([A-Z2-9]{4}-){5}[A-Z2-9]{4}$", c));

        var stored = await data.Store.ReadAsync(Actor.System, async view => string.Concat(await view.RecoveryCodes.Select(c => c.Hash).ToListAsync()) + (await view.SecondFactors.SingleAsync()).ProtectedKey);
        Assert.DoesNotContain(Convert.ToBase64String(key), stored);
        Assert.All(codes, c => Assert.DoesNotContain(c.Replace("-", ""), stored));

        var renewed = await factors.RenewCodesAsync(data.Anna);
        Assert.Empty(codes.Intersect(renewed));
        Assert.Null(await factors.TakeAsync(data.Anna, codes[0]));
        await factors.TurnOffAsync(data.Anna);
        Assert.Null(await factors.TakeAsync(data.Anna, renewed[0]));
        Assert.False((await data.Store.ReadAsync(data.Anna, view => view.People.SingleAsync(p => p.Id == 3))).TwoFactorEnabled);
    }

    [Fact]
    public async Task OneTurnsItOnSignsInWithItAndTurnsItOff()
    {
        await using var app = await CrmApp.StartAsync();
        var anna = await app.SignInAsync();
        var elsewhere = await app.SignInAsync();
        var key = KeyOn(await anna.GetStringAsync(Page));
        Assert.Contains("not your present password", await Text(await ConfirmAsync(anna, key, "wrong password")));
        Assert.False(await IsOnAsync(app));

        var shown = await Text(await ConfirmAsync(anna, key));

        var codes = Regex.Matches(shown, "<code>([A-Z2-9-]{29})</code>").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(10, codes.Count);
        Assert.True(await IsOnAsync(app));
        Assert.DoesNotContain(codes[0], await anna.GetStringAsync(Page));
        // Her other session is over, this one was renewed.
        Assert.Equal(HttpStatusCode.Found, (await elsewhere.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/")).StatusCode);

        // The password alone opens nothing now.
        var fresh = app.NewClient();
        var half = await SessionTests.SignInAsync(fresh);
        Assert.Equal("/sign-in/code", half.Headers.Location!.OriginalString.Split('?')[0].Replace(app.Url, ""));
        Assert.Equal(HttpStatusCode.Found, (await fresh.GetAsync("/leads")).StatusCode);
        Assert.Contains("not right", await Text(await CodeAsync(fresh, "123456")));
        Assert.Equal(HttpStatusCode.Found, (await CodeAsync(fresh, codes[0])).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await fresh.GetAsync("/leads")).StatusCode);
        Assert.Contains("9 recovery codes", await fresh.GetStringAsync(Page));

        Assert.Contains("not your present password", await Text(await CrmApp.PostFormAsync(fresh, Page, new() { ["_handler"] = "off", ["Off.Password"] = "wrong" })));
        Assert.True(await IsOnAsync(app));
        await CrmApp.PostFormAsync(fresh, Page, new() { ["_handler"] = "off", ["Off.Password"] = DemoAccounts.Password });
        Assert.False(await IsOnAsync(app));
        Assert.Equal(HttpStatusCode.Found, (await anna.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await fresh.GetAsync("/")).StatusCode);
    }

    /// <summary>H13.</summary>
    [Fact]
    public async Task GuessingCodesIsBrakedWhateverTheBrowser()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "1000" });
        var anna = await app.SignInAsync();
        await ConfirmAsync(anna, KeyOn(await anna.GetStringAsync(Page)));

        var answers = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var guesser = app.NewClient();
            await SessionTests.SignInAsync(guesser);
            answers.Add(await Text(await CodeAsync(guesser, $"00000{i}")));
        }
        Assert.All(answers.Take(5), a => Assert.Contains("not right", a));
        Assert.All(answers.Skip(5), a => Assert.Contains("too many wrong codes", a));
    }

    [Fact]
    public async Task WithoutThePasswordThereIsNoCodePage()
    {
        await using var app = await CrmApp.StartAsync();

        Assert.Equal("/sign-in", new Uri(new Uri(app.Url), (await app.NewClient().GetAsync("/sign-in/code")).Headers.Location!).AbsolutePath);
    }

    [Fact]
    public async Task WhereAdminsNeedItOneWithoutIsLedThereAndGetsNothingElse()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SecondFactorForAdmins"] = "Required" });
        var admin = await app.SignInAsync("admin@kps.example");
        foreach (var path in new[] { "/", "/leads", "/settings/mail", "/account/sessions" })
            Assert.Equal(Page, (await admin.GetAsync(path)).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.PostAsync("/_blazor/negotiate?negotiateVersion=1", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync("/api/analytics")).StatusCode);
        // A passkey will do as well: what its page asks is answered, if not without the form's token.
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/account/passkey-options", null)).StatusCode);

        var page = await admin.GetStringAsync(Page);
        Assert.Contains("Admins need a second factor", page);
        await ConfirmAsync(admin, KeyOn(page));

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/leads")).StatusCode);
        Assert.DoesNotContain("Turn it off", await admin.GetStringAsync(Page));
        Assert.Equal(HttpStatusCode.OK, (await (await app.SignInAsync("manager@kps.example")).GetAsync("/leads")).StatusCode);
    }

    /// <summary>Else whoever has an admin's password alone would set up a factor of their own.</summary>
    [Fact]
    public async Task WhereAdminsNeedItOneWhoHasAPasskeyMustShowItFirst()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SecondFactorForAdmins"] = "Required" });
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            await users.AddOrUpdatePasskeyAsync((await users.FindByNameAsync("admin@kps.example"))!, new([1, 2, 3], [4], TimeProvider.System.GetUtcNow(), 0, null, true, false, false, [5], [6]));
        }
        var thief = await app.SignInAsync("admin@kps.example");

        var page = await thief.GetStringAsync(Page);

        Assert.Contains("Sign in with it to go on", page);
        Assert.DoesNotContain("class=\"key\"", page);
        await thief.PostAsync(Page, null);
        Assert.Contains("Sign in with it first", await Text(await CrmApp.PostFormAsync(thief, "/account/passkeys", new() { ["_handler"] = "add", ["Add.Name"] = "His own", ["Add.Password"] = DemoAccounts.Password })));
        Assert.Equal(Page, (await thief.GetAsync("/leads")).Headers.Location!.OriginalString);
        Assert.False((await app.Store.ReadAsync(Actor.System, view => view.People.SingleAsync(p => p.Email == "admin@kps.example"))).TwoFactorEnabled);
    }

    /// <summary>For a lost phone without recovery codes.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnAdminTurnsOffTheFactorOfSomeoneWhoLostTheirsAndNobodyElseDoes(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var factors = new SecondFactors(data.Store, new EphemeralDataProtectionProvider());
        await factors.ConfirmAsync(data.Anna, CodeOf(data, await factors.BeginAsync(data.Anna)));
        var stamp = await StampAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => factors.TurnOffForAsync(data.Manager, 3));
        Assert.True((await factors.ReadAsync(data.Anna)).IsOn);
        await factors.TurnOffForAsync(data.Admin, 3);

        Assert.False((await factors.ReadAsync(data.Anna)).IsOn);
        Assert.NotEqual(stamp, await StampAsync());
        Task<string?> StampAsync() => data.Store.ReadAsync(Actor.System, view => view.People.Where(p => p.Id == 3).Select(p => p.SecurityStamp).SingleAsync());
    }

    private static string CodeOf(TestDatabase data, byte[] key) => Totp.CodeOf(key, Totp.StepAt(data.Clock.GetUtcNow().UtcDateTime));

    private static async Task<bool> IsOnAsync(CrmApp app) => (await app.Store.ReadAsync(Actor.System, view => view.People.SingleAsync(p => p.Email == "anna@kps.example"))).TwoFactorEnabled;

    private static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    /// <summary>What a person would type into the app.</summary>
    internal static byte[] KeyOn(string page)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var text = Regex.Match(page, "<code class=\"key\">([^<]+)</code>").Groups[1].Value.Replace(" ", "");
        var bits = string.Concat(text.Select(c => Convert.ToString(alphabet.IndexOf(c), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Select(b => Convert.ToByte(new string(b), 2))];
    }

    internal static Task<HttpResponseMessage> ConfirmAsync(HttpClient client, byte[] key, string password = DemoAccounts.Password) =>
        CrmApp.PostFormAsync(client, Page, new() { ["_handler"] = "confirm", ["Input.Code"] = Totp.CodeOf(key, Totp.StepAt(TimeProvider.System.GetUtcNow().UtcDateTime)), ["Input.Password"] = password });

    private static Task<HttpResponseMessage> CodeAsync(HttpClient client, string code) =>
        CrmApp.PostFormAsync(client, "/sign-in/code", new() { ["_handler"] = "code", ["Input.Code"] = code });
}
