using System.Net;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.SecondStep;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public sealed class LetInTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-let-in-").FullName;
    private readonly CommandLine _commands;

    public LetInTests() => _commands = new(Path.Combine(_folder, "kps_crm.db"));

    [Fact]
    public async Task WhoLostPhoneCodesAndPasswordIsLetInFromTheMachine()
    {
        await _commands.RunAsync(["db", "init"]);
        var app = await CrmApp.StartAsync(folder: _folder);
        var admin = await app.Store.ReadAsync(Actor.System, view => view.Accounts.SingleAsync(u => u.NormalizedEmail == "ADMIN@KPS.EXAMPLE"));
        var who = new Actor(admin.Id, admin.Name, Role.Admin);
        var factors = app.Services.GetRequiredService<SecondFactors>();
        var key = await factors.BeginAsync(who);
        await factors.ConfirmAsync(who, Totp.CodeOf(key, Totp.StepAt(DateTime.UtcNow)));
        await app.StopAsync();

        Assert.Contains("Nobody has the address nobody@kps.example", (await _commands.RunAsync(["db", "let-in", "nobody@kps.example"])).Err);
        var (code, output, error) = await _commands.RunAsync(["db", "let-in", " Admin@kps.example"]);

        Assert.True(code == 0, error);
        var later = await CrmApp.StartAsync(folder: _folder);
        using var browser = later.NewClient();
        var link = Assert.Single(output.Split('\n'), line => line.Contains("/reset-password?")).Trim();
        var path = new Uri(link).PathAndQuery;
        await CrmApp.PostFormAsync(browser, path, new() { ["_handler"] = "reset", ["Input.Password"] = "a kettle of fish 77" });
        using var again = later.NewClient();
        await CrmApp.PostFormAsync(again, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "admin@kps.example", ["Input.Password"] = "a kettle of fish 77" });
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/users")).StatusCode);
        var told = await later.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Where(l => l.EventType == SecurityEvents.SecondFactorOff || l.EventType == SecurityEvents.PasswordResetAsked).ToListAsync());
        Assert.Equal(2, told.Count);
        await later.StopAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
