using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KpsCrm.Web.Tests.Audit;

public class AuditKeepingTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsTooOldGoesAndTheRestStaysProvable(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await using var db = data.Store.OpenForIdentity();
        await db.Database.ExecuteSqlRawAsync("INSERT INTO security_logs (event_type, created_at) VALUES ('older system', '2024-01-02 03:04:05')");
        await FillAsync(data, 5);
        data.Clock.Advance(TimeSpan.FromDays(40));
        await FillAsync(data, 5);
        var (retention, check) = (data.Provided.GetRequiredService<AuditRetention>(), data.Provided.GetRequiredService<AuditCheck>());

        Assert.Equal(0, await retention.RunAsync(1_200));
        Assert.Equal(6, await retention.RunAsync(30));
        Assert.Equal(0, await retention.RunAsync(30));

        var proof = await check.RunAsync();
        Assert.Empty(proof.Findings);
        Assert.Equal((6, 11, 0), (proof.Rows, proof.Seq, proof.Unproved));
        var summary = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.SingleAsync(l => l.EventType == SecurityEvents.AuditPurged));
        Assert.Contains("\"from\":1,\"to\":5", summary.Details);
        // Nothing can be taken away under cover of the retention.
        await db.Database.ExecuteSqlRawAsync("DELETE FROM security_logs WHERE seq = 6");
        Assert.Contains(await FindingsAsync(check), f => f.Contains("missing"));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ASecondRetentionStandsOnTheFirst(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (retention, check) = (data.Provided.GetRequiredService<AuditRetention>(), data.Provided.GetRequiredService<AuditCheck>());
        for (var i = 0; i < 4; i++)
        {
            await FillAsync(data, 3);
            data.Clock.Advance(TimeSpan.FromDays(31));
            await retention.RunAsync(30);
            Assert.Empty(await FindingsAsync(check));
        }
        await FillAsync(data, 1);
        Assert.Empty(await FindingsAsync(check));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACleanStopWritesEverythingThatWasNoted(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var queue = new AuditQueue(data.Store, TimeProvider.System, NullLogger<AuditQueue>.Instance);
        await queue.StartAsync(default);
        for (var i = 0; i < 700; i++)
            queue.Add(AuditRow.Of(data.Anna, SecurityEvents.RecordViewed, data.Clock.GetUtcNow().UtcDateTime, $"leads/{i}"));
        await queue.StopAsync(default);

        Assert.Equal(700, await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.CountAsync()));
        Assert.Empty(await FindingsAsync(data.Provided.GetRequiredService<AuditCheck>()));
    }

    [Fact]
    public async Task AFullQueueKeepsNobodyWaitingAndSaysWhatItLost()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var gate = new SemaphoreSlim(0);
        // Nothing can be written at the moment.
        var blocking = data.Store.WriteAsync(data.Anna, async _ => await gate.WaitAsync());
        var queue = new AuditQueue(data.Store, TimeProvider.System, NullLogger<AuditQueue>.Instance);
        var took = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < AuditQueue.Capacity + 123; i++)
            queue.Add(AuditRow.Of(data.Anna, SecurityEvents.RecordViewed, data.Clock.GetUtcNow().UtcDateTime, "leads/1"));
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(5), $"It took {took.Elapsed}.");
        await queue.StartAsync(default);
        gate.Release();
        await blocking;
        await queue.StopAsync(default);

        var rows = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.GroupBy(l => l.EventType).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count));
        Assert.Equal((AuditQueue.Capacity, 1), (rows[SecurityEvents.RecordViewed], rows[SecurityEvents.AuditOverflow]));
        Assert.Contains("\"rows\":123", (await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.SingleAsync(l => l.EventType == SecurityEvents.AuditOverflow))).Details);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheSchemaBeforeIsBroughtUpToDateWithItsRows(DatabaseProvider provider)
    {
        var options = new DatabaseOptions { Provider = provider, Path = Path.Combine(Directory.CreateTempSubdirectory("kps-before-").FullName, "kps_crm.db"), ConnectionString = provider == DatabaseProvider.Postgres ? await PostgresServer.CreateDatabaseAsync() : null };
        // The program makes the file itself, and nothing else does.
        await File.WriteAllBytesAsync(options.Path, []);
        await using (var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(options).BuildServiceProvider())
        {
            var store = services.GetRequiredService<CrmStore>();
            await using (var db = store.OpenForIdentity())
            {
                await db.GetService<IMigrator>().MigrateAsync("ListIndexes");
                await db.Database.ExecuteSqlRawAsync("INSERT INTO users (name, role, created_at, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count) VALUES ('Anna', 'sales', CURRENT_TIMESTAMP, '1', '0', '0', '1', 0)");
                await db.Database.ExecuteSqlRawAsync("INSERT INTO notifications (user_id, kind, text) SELECT id, 'reminder', 'Call back' FROM users");
                await db.Database.ExecuteSqlRawAsync("INSERT INTO security_logs (event_type, user_id, details) VALUES ('login_success', '3', NULL), ('login_failure', NULL, 'not json')");
                await db.Database.ExecuteSqlRawAsync("INSERT INTO outgoing_mails (kind, state, to_address, message_id, notification_id, attempts, next_attempt_at) SELECT 'notice', 'waiting', 'anna@kps.example', 'x@kps-crm', id, 0, CURRENT_TIMESTAMP FROM notifications");
            }

            Assert.False(await services.GetRequiredService<Schema>().MigrateAsync());
            await store.WriteAsync(Actor.System, db =>
            {
                db.Audit(SecurityEvents.BackupMade);
                return Task.CompletedTask;
            });

            var after = await store.WriteAsync(Actor.System, async db => (await db.Notifications.Select(n => n.Text).SingleAsync(), await db.OutgoingMails.Select(m => m.Notification!.Text).SingleAsync()));
            Assert.Equal(("Call back", "Call back"), after);
            Assert.Equal(["login_success", "login_failure", "backup_made"], await store.ReadAsync(Actor.System, view => view.SecurityLogs.OrderBy(l => l.Id).Select(l => l.EventType).ToListAsync()));
            Assert.Empty((await services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        }
        if (provider == DatabaseProvider.Postgres)
            await PostgresServer.DropDatabaseAsync(options.ConnectionString!);
        Directory.Delete(options.Folder, recursive: true);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task SettingsAndRolesAreToldWhoeverChangesThem(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Admin, db => Task.FromResult(db.StoredSettings.Add(new() { Key = "a.setting", Value = "1", UpdatedAt = db.Now })));
        await data.Store.WriteAsync(data.Admin, async db => (await db.StoredSettings.SingleAsync()).Value = "2");
        await data.Store.WriteAsync(data.Admin, async db => (await db.Users.SingleAsync(u => u.Id == 4)).Role = Role.Manager);
        await data.Store.WriteAsync(data.Admin, async db => (await db.Users.SingleAsync(u => u.Id == 4)).Name = "Ben B.");

        var rows = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.OrderBy(l => l.Id).ToListAsync());
        Assert.Equal([("setting_changed", "settings/a.setting"), ("setting_changed", "settings/a.setting"), ("role_changed", "users/4")], rows.Select(r => (r.EventType, r.Subject!)));
        Assert.Equal("{\"before\":\"1\",\"after\":\"2\"}", rows[1].Details);
        Assert.Equal("{\"name\":\"Ben Brooks\",\"before\":\"Sales\",\"after\":\"Manager\"}", rows[2].Details);
        Assert.All(rows, r => Assert.Equal("Alex Admin", r.UserName));
    }

    /// <summary>E01: no cell begins a formula, whatever stands in it.</summary>
    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData("plain", "plain")]
    [InlineData(null, "")]
    public void NoCellOfTheExportIsAFormula(string? value, string cell) => Assert.Equal(cell, KpsCrm.Data.Maintenance.Csv.Cell(value));

    [Theory]
    [InlineData("Audit:KeepDays", "29", "Audit__KeepDays")]
    [InlineData("Suspicion:FailuresOfAccount", "0", "Suspicion__FailuresOfAccount")]
    [InlineData("Suspicion:AgainMinutes", "0", "Suspicion__AgainMinutes")]
    [InlineData("Suspicion:Exports", "-1", "Suspicion__Exports")]
    public async Task AWrongSettingStopsTheStart(string key, string value, string named)
    {
        var (section, property) = (key.Split(':')[0], key.Split(':')[1]);
        object options = section == AuditOptions.Section ? new AuditOptions() : new SuspicionOptions();
        options.GetType().GetProperty(property)!.SetValue(options, int.Parse(value));
        var wrong = new List<System.ComponentModel.DataAnnotations.ValidationResult>();

        Assert.False(System.ComponentModel.DataAnnotations.Validator.TryValidateObject(options, new(options), wrong, validateAllProperties: true));
        Assert.Contains(named, Assert.Single(wrong).ErrorMessage);
        await Task.CompletedTask;
    }

    private static async Task<IReadOnlyList<string>> FindingsAsync(AuditCheck check) => (await check.RunAsync()).Findings;

    private static async Task FillAsync(TestDatabase data, int rows)
    {
        for (var i = 0; i < rows; i++)
            await data.Store.WriteAsync(data.Anna, db =>
            {
                db.Audit(SecurityEvents.RecordViewed, $"leads/{i}");
                return Task.CompletedTask;
            });
    }
}
