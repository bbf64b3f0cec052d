using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>The database's file taken away from under the running program: nothing is written where nobody would find it.</summary>
public class FileInPlaceTests
{
    [Fact]
    public async Task AFileThatIsMovedAwayTakesNoSaveAndGoesOnWhenItIsBack()
    {
        await using var app = await CrmApp.StartAsync();
        using var visitor = app.NewClient();
        var (here, away) = (Path.Combine(app.Folder, "kps_crm.db"), Path.Combine(app.Folder, "away.db"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(visitor, "before")).StatusCode);

        File.Move(here, away);
        await AssertNotReadyAsync(visitor);
        var refused = await SendAsync(visitor, "meanwhile");
        Assert.False(File.Exists(here), "an empty database was made in its place");

        File.Move(away, here);
        await AssertReadyAsync(visitor);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(visitor, "after")).StatusCode);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Empty(Verify.InsidesIn(await refused.Content.ReadAsStringAsync()));
        Assert.Equal(["after@example.com", "before@example.com"], await app.Store.ReadAsync(Actor.System, view => view.Leads.Select(l => l.Email).Order().ToListAsync()));
        Assert.Empty(await Verify.FindingsAsync(app.Services));
    }

    [Fact]
    public async Task AFileThatIsReplacedIsNotWrittenUntilARestart()
    {
        await using var other = await TestDatabase.CreateAsync();
        await other.StopAsync();
        var before = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(other.Options.Path)));
        await using var app = await CrmApp.StartAsync();
        using var visitor = app.NewClient();
        await SendAsync(visitor, "before");
        var path = Path.Combine(app.Folder, "kps_crm.db");

        File.Copy(other.Options.Path, path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        await AssertNotReadyAsync(visitor);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(visitor, "meanwhile")).StatusCode);
        Assert.Equal(before, Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(path))));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient visitor, string who) =>
        visitor.PostAsync("/api/contact", JsonContent.Create(new { name = "Visitor", email = $"{who}@example.com" }));

    private static Task AssertNotReadyAsync(HttpClient client) => UntilAsync(client, HttpStatusCode.ServiceUnavailable);

    private static Task AssertReadyAsync(HttpClient client) => UntilAsync(client, HttpStatusCode.OK);

    internal static async Task UntilAsync(HttpClient client, HttpStatusCode status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await client.GetAsync("/health/ready", patience.Token)).StatusCode != status)
            await Task.Delay(20, patience.Token);
    }
}
