using System.Net;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Web.Features.Backups;
using KpsCrm.Web.Features.Health;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Backups;

public class BackupDeskTests
{
    [Fact]
    public async Task WhatWasMissedIsMadeAtTheNextStartAndOnlyOnce()
    {
        string folder;
        await using (var first = await CrmApp.StartAsync())
        {
            folder = Directory.CreateTempSubdirectory("kps-app-").FullName;
            // The people have been there for a week: the schedule's moments have passed.
            await first.Store.WriteAsync(Actor.System, async db =>
            {
                foreach (var user in await db.Users.ToListAsync())
                    db.Entry(user).Property(u => u.CreatedAt).CurrentValue = db.Now.AddDays(-7);
            });
            File.Copy((await first.Services.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc)).Path, Path.Combine(folder, "kps_crm.db"));
        }

        await using var app = await CrmApp.StartAsync(new() { ["Backup:At"] = "03:00" }, folder: folder);
        var desk = app.Services.GetRequiredService<BackupDesk>();
        await Waiting.UntilAsync(() => desk.LastGood is not null && desk.Step is null);

        Assert.Equal(BackupCause.Schedule, Assert.Single(BackupFile.In(folder)).Cause);
        var worker = app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<BackupWorker>().Single();
        await worker.LookAsync(default);
        Assert.Single(BackupFile.In(folder));
        using var stranger = app.NewClient();
        Assert.Contains("\"backup\":\"The last good one is of 20", await stranger.GetStringAsync("/health/ready"));
    }

    [Fact]
    public async Task AFailureRingsAndWritesToTheAdminsOnceAndStopsNobody()
    {
        await using var app = await CrmApp.StartAsync();
        var desk = app.Services.GetRequiredService<BackupDesk>();
        app.Services.GetRequiredService<DiskSpace>().FreeAt = _ => 1;
        var admin = await app.ActorAsync("admin@kps.example");

        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<TroubleException>(() => desk.BackUpAsync(admin, BackupCause.Hand));

        var bells = await app.Store.ReadAsync(Actor.System, view => view.Db.Notifications.Where(n => n.Kind == NotificationKind.Backup).Select(n => new { n.UserId, n.Text }).ToListAsync());
        Assert.Equal(admin.UserId, Assert.Single(bells).UserId);
        Assert.StartsWith("A backup failed: The backup needs", bells[0].Text);
        Assert.Equal("admin@kps.example", Assert.Single(await app.Store.ReadAsync(Actor.System, view => view.Mails.Select(m => m.ToAddress).ToListAsync())));
        Assert.Equal(3, await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.CountAsync(l => l.EventType == SecurityEvents.BackupFailed)));
        using var stranger = app.NewClient();
        var ready = await stranger.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("\"status\":\"degraded\"", await ready.Content.ReadAsStringAsync());
        Assert.Contains("\"backup\":\"The last one failed. None yet.\"", await ready.Content.ReadAsStringAsync());

        // A good one ends the incident; the next failure is another.
        app.Services.GetRequiredService<DiskSpace>().FreeAt = _ => long.MaxValue / 4;
        await desk.BackUpAsync(admin, BackupCause.Hand);
        Assert.Null(desk.Failure);
        Assert.Contains("\"status\":\"ok\"", await stranger.GetStringAsync("/health/ready"));
        app.Services.GetRequiredService<DiskSpace>().FreeAt = _ => 1;
        await Assert.ThrowsAsync<TroubleException>(() => desk.BackUpAsync(admin, BackupCause.Hand));
        Assert.Equal(2, await app.Store.ReadAsync(Actor.System, view => view.Db.Notifications.CountAsync(n => n.Kind == NotificationKind.Backup)));
    }

    [Fact]
    public async Task AMissingOneIsToldOnce()
    {
        await using var app = await CrmApp.StartAsync();
        var desk = app.Services.GetRequiredService<BackupDesk>();

        for (var i = 0; i < 3; i++)
            await desk.MissedAsync();

        Assert.Equal("There is no good backup yet, and the first is more than a day late", Assert.Single(await app.Store.ReadAsync(Actor.System, view => view.Db.Notifications.Where(n => n.Kind == NotificationKind.Backup).Select(n => n.Text).ToListAsync())));
        Assert.Single(await app.Store.ReadAsync(Actor.System, view => view.Mails.Select(m => m.Id).ToListAsync()));
    }

    [Fact]
    public async Task ADiskThatRunsFullIsToldOnceUntilThereIsRoomAgain()
    {
        await using var app = await CrmApp.StartAsync();
        var (alarm, health) = (app.Services.GetRequiredService<BackupAlarm>(), app.Services.GetRequiredService<HealthOptions>());
        await alarm.LookAtDiskAsync();
        Assert.Empty(await BellsAsync());

        health.FreeMegabytes = 1_000_000;
        for (var i = 0; i < 3; i++)
            await alarm.LookAtDiskAsync();
        // It comes and goes: that is one trouble, not many.
        health.FreeMegabytes = 0;
        await alarm.LookAtDiskAsync();
        health.FreeMegabytes = 1_000_000;
        await alarm.LookAtDiskAsync();

        Assert.Equal(["The disk has less than 1000000 MB of room left"], await BellsAsync());
        Assert.Single(await app.Store.ReadAsync(Actor.System, view => view.Mails.Select(m => m.Id).ToListAsync()));

        Task<List<string>> BellsAsync() => app.Store.ReadAsync(Actor.System, view => view.Db.Notifications.Where(n => n.Kind == NotificationKind.Backup).Select(n => n.Text).ToListAsync());
    }

    [Fact]
    public async Task ThePassphraseIsKeptUnderTheKeysAndWithoutThemNoPlainBackupIsMade()
    {
        await using var app = await CrmApp.StartAsync();
        var (desk, admin) = (app.Services.GetRequiredService<BackupDesk>(), await app.ActorAsync("admin@kps.example"));
        await new SetBackupPassphrase("correct horse battery").RunAsync(app.Store, app.Services.GetRequiredService<BackupPassphrase>(), admin);

        Assert.EndsWith(".enc", (await desk.BackUpAsync(admin, BackupCause.Hand)).Path);
        Assert.DoesNotContain("correct horse", await app.Store.ReadAsync(Actor.System, view => view.Settings.Where(s => s.Key == BackupChoices.PassphraseKey).Select(s => s.Value).SingleAsync()));
        Assert.DoesNotContain(await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Where(l => l.Subject == "settings/backup.passphrase").Select(l => l.Details).ToListAsync()), d => d!.Contains("CfDJ8", StringComparison.Ordinal));

        await app.Store.WriteAsync(Actor.System, async db => (await db.StoredSettings.SingleAsync(s => s.Key == BackupChoices.PassphraseKey)).Value = "CfDJ8-of-other-keys");
        Assert.Contains("set it again", (await Assert.ThrowsAsync<TroubleException>(() => desk.BackUpAsync(admin, BackupCause.Hand))).Message);
        Assert.Single(BackupFile.In(app.Folder));
    }

    [Fact]
    public async Task OnlyAdminsBackUpRestoreAndChoose()
    {
        await using var app = await CrmApp.StartAsync();
        var (desk, manager) = (app.Services.GetRequiredService<BackupDesk>(), await app.ActorAsync("manager@kps.example"));
        var backup = BackupFile.Look((await desk.BackUpAsync(await app.ActorAsync("admin@kps.example"), BackupCause.Hand)).Path);
        var choices = await desk.ChoicesAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => desk.BackUpAsync(manager, BackupCause.Hand));
        await Assert.ThrowsAsync<AccessDeniedException>(() => app.Services.GetRequiredService<RestoreDesk>().RestoreAsync(manager, backup, backup.Name, null));
        await Assert.ThrowsAsync<AccessDeniedException>(() => new ChangeBackupChoices(choices).RunAsync(app.Store, app.Services.GetRequiredService<DatabaseOptions>(), manager));
        await Assert.ThrowsAsync<AccessDeniedException>(() => new SetBackupPassphrase(null).RunAsync(app.Store, app.Services.GetRequiredService<BackupPassphrase>(), manager));
    }

    [Fact]
    public async Task TheScheduleTidiesUpBehindIt()
    {
        await using var app = await CrmApp.StartAsync();
        var desk = app.Services.GetRequiredService<BackupDesk>();
        await app.Store.WriteAsync(Actor.System, db => Task.FromResult(db.StoredSettings.Add(new StoredSetting { Key = BackupChoices.KeepKey, Value = "1,0,0", UpdatedAt = db.Now })));

        await desk.BackUpAsync(Actor.System, BackupCause.Schedule);
        await desk.BackUpAsync(Actor.System, BackupCause.Hand);
        await desk.BackUpAsync(Actor.System, BackupCause.Schedule);

        Assert.Equal([BackupCause.Schedule, BackupCause.Hand], BackupFile.In(app.Folder).Select(b => b.Cause));
    }
}
