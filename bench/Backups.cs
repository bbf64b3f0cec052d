using System.Diagnostics;
using System.Net.Http.Json;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Backups;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>How long a file of a gigabyte takes to be backed up and restored, and what those who work meanwhile feel of it.</summary>
public static class Backups
{
    private const int Senders = 4;
    private static readonly Actor Admin = new(1, "Alex Admin", Role.Admin);

    public static async Task RunAsync(Report report)
    {
        var megabytes = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_MEGABYTES"), out var limit) ? limit : 1_000;
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, 10_000, 10_000);
        Swell(server.DatabasePath, megabytes);
        var desk = server.Services.GetRequiredService<BackupDesk>();
        var size = $"{new FileInfo(server.DatabasePath).Length / 1_000_000:N0} MB";

        using var quiet = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (pages, enquiries) = await WorkAsync(server, quiet.Token);
        using var done = new CancellationTokenSource();
        var working = WorkAsync(server, done.Token);
        var started = Stopwatch.GetTimestamp();
        var backup = await desk.BackUpAsync(Admin, BackupCause.Hand);
        report.Add($"Backup of {size}, proved, while people work", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s", "", backup.Note.Problem ?? "");
        await done.CancelAsync();
        var (pagesBeside, enquiriesBeside) = await working;
        report.Add("A page asked for meanwhile", Report.Milliseconds(pagesBeside), "", $"without the backup {Report.Milliseconds(pages)}");
        report.Add("An enquiry sent meanwhile", Report.Milliseconds(enquiriesBeside), "", $"without the backup {Report.Milliseconds(enquiries)}");

        started = Stopwatch.GetTimestamp();
        var file = BackupFile.Look(backup.Path);
        await server.Services.GetRequiredService<RestoreDesk>().RestoreAsync(Admin, file, file.Name, null);
        report.Add($"Restore of {size}, proved, the state before backed up first", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private static async Task<(List<double> Pages, List<double> Enquiries)> WorkAsync(Server server, CancellationToken until)
    {
        var cookies = await Circuit.SignInAsync(server.Url, "anna@kps.example", DemoAccounts.Password);
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = new(server.Url) };
        var (pages, enquiries) = (new List<double>(), new List<double>());
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            for (var i = 0; !until.IsCancellationRequested; i++)
            {
                await TimeAsync(pages, () => http.GetAsync("/pipeline", CancellationToken.None));
                await TimeAsync(enquiries, () => http.PostAsJsonAsync("/api/contact", new { name = "Visitor", email = $"visitor{sender}.{i}@example.com", service = "Payroll Services", message = "We are looking for help." }, CancellationToken.None));
                // As often as people do who work fast.
                await Task.Delay(50, CancellationToken.None);
            }
        }));
        return (pages, enquiries);
    }

    private static async Task TimeAsync(List<double> times, Func<Task<HttpResponseMessage>> ask)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await ask();
        answer.EnsureSuccessStatusCode();
        lock (times)
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>Notes on leads, of a kilobyte each, until the file has its size.</summary>
    private static void Swell(string path, int megabytes)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandTimeout = 600;
        command.CommandText = $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {megabytes} * 850)
            INSERT INTO activities (kind, lead_id, actor_name, summary, detail, at, is_sample)
            SELECT 'note', 1 + i % 10000, 'Anna Alvarez', 'wrote a note', hex(randomblob(500)), datetime('now', '-' || (i % 700) || ' days'), 0 FROM n;
            PRAGMA wal_checkpoint(TRUNCATE);
            """;
        command.ExecuteNonQuery();
    }
}
