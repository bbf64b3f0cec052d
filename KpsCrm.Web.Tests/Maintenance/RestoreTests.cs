using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Users;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public class RestoreTests
{
    private static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;

    [Fact]
    public async Task ItHappensWhileTheProgramReadsAndWrites()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var backup = await BackUpAsync(data);
        using var stop = new CancellationTokenSource();
        var answered = 0;
        var failures = new List<Exception>();
        var people = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                try
                {
                    if (w % 2 == 0)
                        await data.AddLeadAsync($"{w}-{i}", $"{w}-{i}@example.com");
                    else
                        await data.Store.ReadAsync(data.Anna, view => view.Leads.CountAsync());
                    Interlocked.Increment(ref answered);
                }
                catch (Exception e)
                {
                    lock (failures)
                        failures.Add(e);
                }
            }
        })).ToList();
        while (Volatile.Read(ref answered) < 50)
            await Task.Yield();

        var (saved, restored) = await RestoreAsync(data, backup.Path);

        var soFar = Volatile.Read(ref answered);
        while (Volatile.Read(ref answered) < soFar + 50)
            await Task.Yield();
        await stop.CancelAsync();
        await Task.WhenAll(people);
        Assert.Equal([], failures.Select(f => f.Message));
        Assert.Equal(1, restored.Rows["leads"]);
        // Everything that was answered is in one of the two: before the switch in what was saved, after it in the database.
        var (before, now) = (await NamesAsync(saved!), await NamesAsync(data.Options.Path));
        Assert.Contains("Before", now);
        Assert.Empty(before.Intersect(now).Except(["Before"]));
        for (var w = 0; w < 8; w += 2)
        {
            var numbers = before.Concat(now).Where(n => n.StartsWith($"{w}-", StringComparison.Ordinal)).Select(n => int.Parse(n[2..])).Order().ToList();
            Assert.Equal(Enumerable.Range(0, numbers.Count), numbers);
        }
        Assert.Equal(["ok"], await AskAsync(data.Options.Path, "PRAGMA integrity_check"));
        Assert.True(BackupFile.Look(saved!).IsProved, BackupFile.Look(saved!).Note?.Problem);
        Assert.Equal(BackupCause.BeforeRestore, BackupFile.Look(saved!).Cause);
        AssertNothingIsLeft(data);
    }

    [Fact]
    public async Task OpenScreensAreToldAndWhatWasKeptInMemoryIsForgotten()
    {
        await using var data = await TestDatabase.CreateAsync();
        var backup = await BackUpAsync(data);
        var (forgotten, version) = (0, data.Feed.VersionOf(KpsCrm.Data.Changes.Topics.Views));
        data.Feed.Replaced += () => forgotten++;

        await RestoreAsync(data, backup.Path);

        Assert.Equal(1, forgotten);
        Assert.True(data.Feed.VersionOf(KpsCrm.Data.Changes.Topics.Views) > version);
    }

    [Fact]
    public async Task WhoseAccountIsTheSameStaysSignedInAndNobodyElse()
    {
        await using var data = await TestDatabase.CreateAsync();
        await SignInAsync(data, 3, "anna's");
        await SignInAsync(data, 4, "ben's old");
        var backup = await BackUpAsync(data);
        await SignInAsync(data, 3, "anna's phone");
        await SignInAsync(data, 2, "maria's");
        await data.Store.WriteAsync(data.Admin, async db =>
        {
            (await db.Sessions.SingleAsync(s => s.KeyHash == "ben's old")).End(SessionEnd.Ended, db.Now);
            // Maria got a new password since.
            (await db.Users.SingleAsync(u => u.Id == 2)).PasswordHash = "another";
        });

        await RestoreAsync(data, backup.Path);

        Assert.Equal(["anna's", "anna's phone"], await data.Store.ReadAsync(data.Admin, view => view.Sessions.Where(s => s.EndedAt == null).Select(s => s.KeyHash).OrderBy(k => k).ToListAsync()));
    }

    [Fact]
    public async Task MailsThatWentOutSinceDontGoOutAgainAndTheBackupsStayAsTheyAreChosen()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.Store.WriteAsync(Actor.System, db =>
        {
            foreach (var id in new[] { "sent since", "still waiting" })
                db.OutgoingMails.Add(new() { Kind = KpsCrm.Data.Mail.MailKind.AutoReply, ToAddress = "a@example.com", MessageId = id, CreatedAt = db.Now });
            db.StoredSettings.Add(new StoredSetting { Key = "backup.keep", Value = "1,1,1", UpdatedAt = db.Now, UpdatedById = 1 });
            return Task.CompletedTask;
        });
        var backup = await BackUpAsync(data);
        await data.Store.WriteAsync(Actor.System, async db =>
        {
            (await db.OutgoingMails.SingleAsync(m => m.MessageId == "sent since")).MarkSent("s", "t", "h", db.Now);
            (await db.StoredSettings.SingleAsync(s => s.Key == "backup.keep")).Value = "9,9,9";
            db.StoredSettings.Add(new StoredSetting { Key = "backup.at", Value = "04:00", UpdatedAt = db.Now, UpdatedById = 1 });
        });

        await RestoreAsync(data, backup.Path);

        Assert.Equal([("sent since", KpsCrm.Data.Mail.MailState.Sent), ("still waiting", KpsCrm.Data.Mail.MailState.Waiting)],
            (await data.Store.ReadAsync(data.Admin, view => view.Mails.OrderBy(m => m.Id).Select(m => new { m.MessageId, m.State }).ToListAsync())).Select(m => (m.MessageId, m.State)));
        Assert.Equal(["04:00", "9,9,9"], await data.Store.ReadAsync(data.Admin, view => view.Settings.OrderBy(s => s.Key).Select(s => s.Value).ToListAsync()));
    }

    [Fact]
    public async Task AnEncryptedOneNeedsItsPassphraseAndBringsFilesAndKeys()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var keys = Directory.CreateDirectory(Path.Combine(data.Options.Folder, "keys")).FullName;
        await File.WriteAllTextAsync(Path.Combine(keys, "key-1.xml"), "<key/>");
        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(new BackupWish(Zone, BackupCause.Hand) { Passphrase = "correct horse battery" });
        await data.AddLeadAsync("After", "after@example.com");
        File.Delete(Path.Combine(keys, "key-1.xml"));
        var before = await EverythingAsync(data);

        Assert.Contains("Backup__Passphrase", (await Assert.ThrowsAsync<WrongPassphraseException>(() => RestoreAsync(data, backup.Path))).Message);
        Assert.Contains("not the one", (await Assert.ThrowsAsync<WrongPassphraseException>(() => RestoreAsync(data, backup.Path, "another passphrase"))).Message);
        Assert.Equal(before, await EverythingAsync(data));
        await RestoreAsync(data, backup.Path, "correct horse battery");

        Assert.Equal(["Before"], await NamesAsync(data.Options.Path));
        Assert.Equal("<key/>", await File.ReadAllTextAsync(Path.Combine(keys, "key-1.xml")));
    }

    [Fact]
    public async Task SomebodyElsesOpenConnectionStopsItBeforeAnythingChanges()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var backup = await BackUpAsync(data);
        await data.AddLeadAsync("After", "after@example.com");
        await using (var other = new SqliteConnection($"Data Source={data.Options.Path};Pooling=False"))
        {
            await other.OpenAsync();
            await SqliteFile.ListAsync(other, "BEGIN; ", default);
            await SqliteFile.ListAsync(other, "SELECT count(*) FROM leads", default);

            Assert.Contains("Another program has the database open", (await Assert.ThrowsAsync<TroubleException>(() => RestoreAsync(data, backup.Path))).Message);
        }

        Assert.Equal(["After", "Before"], (await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.Name).ToListAsync())).Order());
        await data.AddLeadAsync("Later", "later@example.com");
        Assert.Single(BackupFile.In(data.Options.Folder));
        AssertNothingIsLeft(data);
    }

    /// <summary>What came after the backup has its bytes beside the state before, whenever the rest breaks off.</summary>
    [Fact]
    public async Task AFileThatCameAfterTheBackupIsKeptWithTheStateBefore()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = await data.AddLeadAsync();
        var backup = await BackUpAsync(data);
        await new Web.Features.Files.AddFile(data.Provided.GetRequiredService<KpsCrm.Data.Files.FileStore>(), data.Store).RunAsync(data.Anna, KpsCrm.Data.ItemRef.Lead(lead), "later.txt", new MemoryStream("the contract"u8.ToArray()));

        await Assert.ThrowsAsync<InvalidOperationException>(() => data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(backup.Path, Zone) { IsServing = true, WhenDone = _ => throw new InvalidOperationException("the plug") }));

        var before = BackupFile.In(data.Options.Folder).Single(b => b.Path != backup.Path);
        Assert.Equal("the contract", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Backup.FilesOf(before.Path), "*", SearchOption.AllDirectories))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatTheLastRunDidNotEndIsEndedByTheNextStart(bool done)
    {
        await using var data = await TestDatabase.CreateAsync();
        var second = Path.Combine(data.Options.Folder, "backup_2026-01-01.db");
        var ready = Path.Combine(Directory.CreateDirectory(Path.Combine(data.Options.Folder, ".backup-1")).FullName, "ready.db");
        FileCopies.TryTake(data.Options.Path, second);
        if (!done)
            await File.WriteAllTextAsync(ready, "x");
        new RestoreMark("/b/backup_2025-12-31.db", ready, second).Write(data.Options.Path);

        var ended = Restore.Recover(data.Options);

        Assert.Equal(done ? $"The restore of /b/backup_2025-12-31.db had been done when the program ended: the data is that of the backup, the state before is {second}." : "The restore of /b/backup_2025-12-31.db broke off: the data is as it was before.", ended!.Sentence);
        // A second name of the database that goes on would change with it.
        Assert.Equal(done, File.Exists(second));
        Assert.Null(Restore.Recover(data.Options));
        AssertNothingIsLeft(data);
    }

    private static async Task SignInAsync(TestDatabase data, int user, string key) => await data.Store.WriteAsync(Actor.System, db =>
        Task.FromResult(db.Sessions.Add(new Session { KeyHash = key, UserId = user, Stamp = db.Users.Single(u => u.Id == user).SecurityStamp!, CreatedAt = db.Now })));

    private static Task<BackupReport> BackUpAsync(TestDatabase data) => data.Provided.GetRequiredService<Backup>().CreateAsync(Zone);

    private static Task<(string? Saved, BackupReport Restored)> RestoreAsync(TestDatabase data, string from, string? passphrase = null) =>
        data.Provided.GetRequiredService<Restore>().RunAsync(new RestoreWish(from, Zone) { IsServing = true, Passphrases = passphrase is null ? [] : ["some other one", passphrase] });

    private static Task<List<string>> NamesAsync(string file) => AskAsync(file, "SELECT name FROM leads ORDER BY name");

    private static async Task<List<string>> AskAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        return await SqliteFile.ListAsync(connection, sql, default);
    }

    private static async Task<string> EverythingAsync(TestDatabase data)
    {
        await using var reader = new FileStream(data.Options.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexString(await SHA256.HashDataAsync(reader)) + string.Join(',', Directory.GetFileSystemEntries(data.Options.Folder).Order());
    }

    private static void AssertNothingIsLeft(TestDatabase data)
    {
        var names = Directory.GetFileSystemEntries(data.Options.Folder).Select(f => Path.GetFileName(f)!).ToList();
        Assert.DoesNotContain(names, n => n.StartsWith(".backup-", StringComparison.Ordinal) || n.EndsWith(".part", StringComparison.Ordinal) || n.EndsWith(".restore", StringComparison.Ordinal));
    }
}
