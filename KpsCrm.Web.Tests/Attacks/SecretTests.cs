using System.Net;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Backups;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Attacks;

public class SecretTests
{
    private const string Secret = "zq-secret-7731-do-not-show";

    /// <summary>A20: passwords and tokens of the machine are written, never shown: not to an admin either.</summary>
    [Theory, InlineData(null), InlineData("anna@kps.example"), InlineData("manager@kps.example"), InlineData("admin@kps.example")]
    public async Task NoPageShowsASecretOfTheMachine(string? user)
    {
        await using var app = await CrmApp.StartAsync(new()
        {
            ["Mail:UserName"] = "mailer",
            ["Mail:Password"] = Secret,
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = "1",
            ["Api:Token"] = Secret,
            ["Metrics:Token"] = Secret,
            ["Backup:Passphrase"] = Secret,
        }, sample: true);
        await new SetBackupPassphrase(Secret + "-chosen").RunAsync(app.Store, app.Services.GetRequiredService<BackupPassphrase>(), await app.ActorAsync("admin@kps.example"));
        using var client = user is null ? app.NewClient() : await app.SignInAsync(user);
        var pages = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Where(r => !r.Contains('*') && !r.StartsWith("/_", StringComparison.Ordinal)).Distinct()
            .Select(r => System.Text.RegularExpressions.Regex.Replace(r, "{[^}]*}", "1")).ToList();
        Assert.Contains("/settings/mail", pages);
        Assert.Contains("/settings/backup", pages);

        var shown = 0;
        foreach (var page in pages)
        {
            using var answer = await client.GetAsync(page);
            var body = await answer.Content.ReadAsStringAsync();
            shown += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
            Assert.False(body.Contains(Secret, StringComparison.Ordinal) || answer.ToString().Contains(Secret, StringComparison.Ordinal), $"{page} shows a secret to {user ?? "a stranger"}");
        }
        Assert.True(shown > (user is null ? 3 : 10), $"only {shown} pages were shown");
    }

    /// <summary>H07: what opens a door without a password is long enough, and never the same twice.</summary>
    [Fact]
    public async Task LinksAndCodesAreLongAndDifferent()
    {
        await using var app = await CrmApp.StartAsync(environment: "Production");
        var people = app.Services.CreateScope().ServiceProvider.GetRequiredService<UserManager<KpsCrm.Data.Users.User>>();
        var somebody = new KpsCrm.Data.Users.User { Name = "Olga Owner", UserName = "olga@firm.example", Email = "olga@firm.example" };
        Assert.True((await people.CreateAsync(somebody, "seven quiet green boats")).Succeeded);

        var codes = Enumerable.Range(0, 1_000).Select(_ => app.Services.GetRequiredService<FirstRun>().NewCode()).ToList();
        var links = new List<string>();
        for (var i = 0; i < 1_000; i++)
            links.Add(await people.GeneratePasswordResetTokenAsync(somebody));

        Assert.Equal((1_000, 1_000), (codes.Distinct().Count(), links.Distinct().Count()));
        // 32 letters and digits to choose from are five bits each.
        Assert.All(codes, c => Assert.True(c.Length * 5 >= 128));
        // Behind what all have in common (whose key) no two begin alike for long.
        var common = links.Aggregate((a, b) => a[..a.Zip(b).TakeWhile(p => p.First == p.Second).Count()]).Length;
        Assert.Equal(1_000, links.Select(l => l.Substring(common, 22)).Distinct().Count());
        Assert.All(links, l => Assert.True((l.Length - common) * 6 >= 128));
    }
}
