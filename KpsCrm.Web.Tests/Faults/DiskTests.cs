using System.Net;
using System.Net.Http.Json;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>What disks do: full, read-only, failing. Where the machine lets nobody mount a small one, SQLite's own limit stands in for it.</summary>
[Collection(Alone.Name)]
public class DiskTests
{
    [Fact]
    public async Task AFullDiskRefusesSavesInWordsAndWorksAgainOnceThereIsSpace()
    {
        await using var disk = await SmallDisk.TryMountAsync(40);
        if (disk is null)
        {
            await AFullDatabaseRefusesSavesInWordsAsync();
            return;
        }
        var database = Path.Combine(disk.Path, "kps_crm.db");
        var traffic = new Traffic();
        await using var server = await ServerProcess.StartAsync(database);
        using var visitor = server.NewClient();
        using var stop = new CancellationTokenSource();
        var people = traffic.RunAsync(server, stop.Token);
        await Waiting.UntilAsync(() => traffic.Acknowledged > 10, people);

        var ballast = disk.Fill();
        var answer = await RefusedAsync(visitor);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/contact")).StatusCode);
        await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.ServiceUnavailable);
        File.Delete(ballast);
        await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.OK);
        var before = traffic.Acknowledged;
        await Waiting.UntilAsync(() => traffic.Acknowledged > before + 10, people);
        await stop.CancelAsync();
        await people;

        Assert.Empty(Verify.InsidesIn(answer));
        await server.KillAsync();
        await AssertWholeAsync(database, traffic);
    }

    [Fact]
    public async Task AnErrorOfTheDiskAtTheEndOfASaveIsNeverAnAcknowledgement()
    {
        var folder = Directory.CreateTempSubdirectory("kps-eio-").FullName;
        var database = Path.Combine(folder, "kps_crm.db");
        var traffic = new Traffic();
        await using (var server = await ServerProcess.StartAsync(database))
        {
            using var visitor = server.NewClient();
            using var stop = new CancellationTokenSource();
            var people = traffic.RunAsync(server, stop.Token);
            await Waiting.UntilAsync(() => traffic.Acknowledged > 5, people);
            // Where strace is missing, a lock on the file is the error.
            using (var failing = Strace.Attach(server.Process.Id, "-P", database + "-wal", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"))
            {
                await using var held = failing is null ? await HoldAsync(database) : null;
                Assert.Empty(Verify.InsidesIn(await RefusedAsync(visitor)));
                failing?.Kill();
                await (failing?.WaitForExitAsync() ?? Task.CompletedTask);
            }
            await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.OK);
            var before = traffic.Acknowledged;
            await Waiting.UntilAsync(() => traffic.Acknowledged > before + 5, people);
            await stop.CancelAsync();
            await people;
        }
        await AssertWholeAsync(database, traffic);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task AFolderThatBecameReadOnlyIsNamedAtTheStart()
    {
        await using var disk = await SmallDisk.TryMountAsync(40);
        // Nobody may write there, whoever they are.
        var database = disk is null ? "/proc/kps/kps_crm.db" : Path.Combine(disk.Path, "kps_crm.db");
        if (disk is not null)
        {
            await using (var server = await ServerProcess.StartAsync(database))
            {
                await server.SignalAsync("TERM");
                Assert.Equal(0, await server.EndAsync());
            }
            await disk.SetWritableAsync(false);
        }

        await using (var refused = ServerProcess.Launch(database, [], settings: new() { ["ASPNETCORE_CONTENTROOT"] = "/" }, folder: "/"))
        {
            Assert.Equal(1, await refused.EndAsync());
            Assert.Contains($"The program may not write in {Path.GetDirectoryName(database)}; give its account the right to", refused.Said);
            Assert.Empty(Verify.InsidesIn(refused.Said));
        }
        if (disk is null)
            return;
        await disk.SetWritableAsync(true);
        await using var again = await ServerProcess.StartAsync(database);
    }

    [Fact]
    public async Task ADatabaseThatSomebodyHoldsIsReadAllTheSameAndTheTextIsKept()
    {
        await using var app = await CrmApp.StartAsync();
        using var person = await app.SignInAsync();
        await using (await HoldAsync(Path.Combine(app.Folder, "kps_crm.db")))
        {
            var saving = CrmApp.PostFormAsync(app.NewClient(), "/contact", new() { ["_handler"] = "contact", ["Input.Name"] = "Ana Núñez", ["Input.Email"] = "ana@example.com", ["Input.Message"] = "Quarterly books", ["Input.Consent"] = "true" });
            for (var i = 0; i < 5; i++)
                Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("/pipeline")).StatusCode);

            var answer = await saving;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            var page = await answer.Content.ReadAsStringAsync();
            Assert.Contains("Nothing you wrote is lost", page);
            Assert.Contains("Quarterly books", page);
            Assert.Empty(Verify.InsidesIn(page));
        }
        await FileInPlaceTests.UntilAsync(person, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(13, "disk is full")]
    [InlineData(10, "disk fails")]
    [InlineData(8, "may not write")]
    [InlineData(14, "not in its place")]
    [InlineData(5, "another program holds")]
    [InlineData(1, "just now")]
    public void WhoTypedIsToldWhyAndThatItIsKept(int code, string why)
    {
        var sentence = Web.Shared.DatabaseAway.NotSaved(new DbUpdateException("x", new SqliteException("x", code)));

        Assert.Contains(why, sentence);
        Assert.Contains("What you typed is still here", sentence);
    }

    private static async Task AFullDatabaseRefusesSavesInWordsAsync()
    {
        await using var app = await CrmApp.StartAsync();
        using var visitor = app.NewClient();
        await LimitAsync(app, "(SELECT 1)");
        Assert.Empty(Verify.InsidesIn(await RefusedAsync(visitor)));
        await LimitAsync(app, "1000000");
        await FileInPlaceTests.UntilAsync(visitor, HttpStatusCode.OK);
        Assert.Empty(await Verify.FindingsAsync(app.Services));
    }

    // A pragma takes no parameters.
#pragma warning disable EF1002
    private static Task LimitAsync(CrmApp app, string pages) => app.Store.WriteAsync(Actor.System, db => db.Database.ExecuteSqlRawAsync($"PRAGMA max_page_count = {pages.Trim('(', ')').Replace("SELECT ", "")}"));
#pragma warning restore EF1002

    /// <summary>Sends until one is refused.</summary>
    private static async Task<string> RefusedAsync(HttpClient visitor)
    {
        for (var n = 0; n < 1_500; n++)
        {
            var answer = await visitor.PostAsync("/api/contact", JsonContent.Create(new { name = "Visitor", email = $"full{n}@example.com", message = new string('x', 9_000) }));
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                return await answer.Content.ReadAsStringAsync();
        }
        throw new InvalidOperationException("Everything was taken.");
    }

    private static async Task<SqliteConnection> HoldAsync(string database)
    {
        var other = new SqliteConnection($"Data Source={database};Pooling=False");
        await other.OpenAsync();
        await using var hold = other.CreateCommand();
        hold.CommandText = "BEGIN IMMEDIATE";
        await hold.ExecuteNonQueryAsync();
        return other;
    }

    private static async Task AssertWholeAsync(string database, Traffic traffic)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new() { Path = database }).BuildServiceProvider();
        Assert.Equal([], await traffic.LostAsync(services.GetRequiredService<CrmStore>()));
        Assert.Equal([], await Verify.FindingsAsync(services));
    }
}
