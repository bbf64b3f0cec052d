using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>The older system's documented troubles, each with its cure (restart, initialise, look at the folder): none needs it here.</summary>
public sealed class DocumentedTroubleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-documented-").FullName;

    private string File_ => Path.Combine(_folder, "kps_crm.db");

    [Fact]
    public async Task LockError_WhoWaitsForAMomentNoticesNothing()
    {
        await using var app = await CrmApp.StartAsync();
        using var visitor = app.NewClient();
        Task<HttpResponseMessage> enquiry;
        await using (await LockAsync(app))
        {
            enquiry = visitor.PostAsJsonAsync("/api/contact", Enquiry);
            // Reading goes on.
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/contact")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await enquiry).StatusCode);
    }

    [Fact]
    public async Task LockError_ALockThatStaysIsToldInASentenceAndNeedsNoRestart()
    {
        await using var app = await CrmApp.StartAsync();
        using var visitor = app.NewClient();
        await using (await LockAsync(app))
        {
            var answer = await visitor.PostAsJsonAsync("/api/contact", Enquiry);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.DoesNotMatch("Exception|locked|SQLite", await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(HttpStatusCode.OK, (await visitor.PostAsJsonAsync("/api/contact", Enquiry)).StatusCode);
        Assert.Equal(1, await app.Store.ReadAsync(Actor.System, view => view.Leads.CountAsync()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("PRAGMA user_version = 7; VACUUM")]
    public async Task SchemaNotFound_WhatIsMissingIsMade(string? made)
    {
        if (made is "")
            await File.WriteAllBytesAsync(File_, []);
        else if (made is not null)
        {
            await using var file = new SqliteConnection($"Data Source={File_};Pooling=False");
            await file.OpenAsync();
            await using var command = file.CreateCommand();
            command.CommandText = made;
            await command.ExecuteNonQueryAsync();
        }

        await using var app = await CrmApp.StartAsync(folder: _folder);

        Assert.Equal(0, await app.Store.ReadAsync(Actor.System, view => view.Leads.CountAsync()));
    }

    [Fact]
    public async Task SchemaNotFound_ACommandThatNeedsOneSaysHowToMakeIt()
    {
        var check = await new CommandLine(File_).RunAsync(["db", "check"]);

        Assert.Equal(1, check.Code);
        Assert.Equal($"There is no database at {File_} yet; create it with 'db init'.", check.Err.Trim());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PermissionError_TheFolderIsNamedAndNothingIsLeft(bool database)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights are given otherwise there.");
            return;
        }
        if (database)
            Assert.Equal(0, (await new CommandLine(File_).RunAsync(["db", "init"])).Code);
        foreach (var file in Directory.GetFiles(_folder))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var before = Directory.GetFileSystemEntries(_folder).Order().ToList();

        var (code, error) = await InitAsNobodyAsync();

        Assert.Equal(1, code);
        Assert.Equal($"The program may not write in {_folder}; give its account the right to, or choose another place with Database__Path.", error.Trim());
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder).Order());
    }

    public void Dispose()
    {
        // The app that used it has taken it away.
        if (!Directory.Exists(_folder))
            return;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(_folder, recursive: true);
    }

    private static object Enquiry => new { name = "Ana Núñez", email = "ana@example.com", consent = true };

    private static async Task<SqliteConnection> LockAsync(CrmApp app)
    {
        var other = new SqliteConnection($"Data Source={Path.Combine(app.Folder, "kps_crm.db")};Pooling=False");
        await other.OpenAsync();
        await using var hold = other.CreateCommand();
        hold.CommandText = "BEGIN IMMEDIATE";
        await hold.ExecuteNonQueryAsync();
        return other;
    }

    /// <summary>Root may write anywhere, so where the tests run as root the program does not.</summary>
    private async Task<(int Code, string Error)> InitAsNobodyAsync()
    {
        var program = typeof(Program).Assembly.Location;
        string[] command = ["dotnet", program, "db", "init"];
        if (Environment.UserName == "root")
        {
            Assert.SkipUnless(File.Exists("/usr/bin/setpriv") && IsForAll(program), "The tests run as root and can't become somebody else here.");
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command];
        }
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Database__Path"] = File_;
        start.Environment["Urls"] = "http://127.0.0.1:0";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        await output;
        return (process.ExitCode, await error);
    }

    private static bool IsForAll(string path)
    {
        for (var folder = new DirectoryInfo(Path.GetDirectoryName(path)!); folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
                return false;
        }
        return true;
    }
}
