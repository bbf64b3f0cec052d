using KpsCrm.Data;
using KpsCrm.Data.Files;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public class BackupProofTests
{
    private static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;

    [Fact]
    public async Task WhatIsKnownOfItLiesBesideIt()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = await data.AddLeadAsync();
        await AttachAsync(data, lead, "the offer");

        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand));

        var found = Assert.Single(BackupFile.In(data.Options.Folder));
        Assert.True(found.IsProved);
        Assert.Equal((BackupCause.Hand, 1L, 1, 1L), (found.Cause, found.Note!.Rows["leads"], found.Note.Files, found.Records!.Value));
        Assert.Equal(SqliteFile.KnownMigrations().Last(), found.Note.Schema);
        Assert.Equal(report.Note.Sha256, await Backup.HashAsync(report.Path, default));
        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, found.Note.ProvedAt);
        AssertNothingIsLeft(data.Options.Folder);

        // As soon as it is another file, it is proved no more.
        await File.AppendAllTextAsync(report.Path, "x");
        Assert.False(BackupFile.In(data.Options.Folder)[0].IsProved);
    }

    [Fact]
    public async Task AnAttachedFileThatIsDamagedAlreadyIsNamedAndStopsNoBackup()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = await data.AddLeadAsync();
        await AttachAsync(data, lead, "the offer");
        var stored = Assert.Single(Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(stored, "the ofter");

        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand));

        Assert.Equal(["a.txt"], report.Files.Missing);
        Assert.Equal(["a.txt"], BackupFile.In(data.Options.Folder)[0].Note!.MissingFiles);
    }

    [Fact]
    public async Task ADamagedDatabaseMakesNoBackup()
    {
        await using var data = await TestDatabase.CreateAsync();
        for (var i = 0; i < 50; i++)
            await data.AddLeadAsync($"Lead {i}", $"{i}@example.com");
        await using (var raw = new SqliteConnection($"Data Source={data.Options.Path};Pooling=False"))
        {
            await raw.OpenAsync();
            await SqliteFile.ListAsync(raw, "PRAGMA wal_checkpoint(TRUNCATE)", default);
        }
        await using (var file = new FileStream(data.Options.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            // Every page but the first few.
            file.Position = file.Length / 2;
            file.Write(new byte[file.Length / 4]);
        }

        await Assert.ThrowsAsync<TroubleException>(() => BackUpAsync(data, new(Zone, BackupCause.Hand)));

        Assert.Empty(BackupFile.In(data.Options.Folder));
        AssertNothingIsLeft(data.Options.Folder);
    }

    [Fact]
    public async Task WithoutRoomForTwiceItNothingIsBegun()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();
        data.Provided.GetRequiredService<DiskSpace>().FreeAt = _ => 100_000;

        var trouble = await Assert.ThrowsAsync<TroubleException>(() => BackUpAsync(data, new(Zone, BackupCause.Hand)));

        Assert.Matches(@"^The backup needs [\d.]+ MB free in .*, and there are 100 kB; make room there and try again\.$", trouble.Message);
        AssertNothingIsLeft(data.Options.Folder);
    }

    [Fact]
    public async Task UnderAPassphraseItIsOneFileThatTellsNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = await data.AddLeadAsync("Secretive Person", "secret@example.com");
        await AttachAsync(data, lead, "the secret offer");
        Directory.CreateDirectory(Path.Combine(data.Options.Folder, "keys"));
        await File.WriteAllTextAsync(Path.Combine(data.Options.Folder, "keys", "key-1.xml"), "<key/>");

        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand) { Passphrase = "correct horse battery" });

        Assert.EndsWith(".enc", report.Path);
        Assert.False(Directory.Exists(Backup.FilesOf(report.Path)));
        Assert.True(BackupFile.In(data.Options.Folder)[0].IsProved);
        var bytes = await File.ReadAllBytesAsync(report.Path);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("secret"u8));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("SQLite"u8));

        var folder = Path.Combine(data.Options.Folder, "unpacked");
        await SealedBackup.UnpackAsync(report.Path, folder, "correct horse battery", default);
        Assert.Equal("the secret offer", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(SealedBackup.FilesIn(folder), "*", SearchOption.AllDirectories))));
        Assert.Equal("<key/>", await File.ReadAllTextAsync(Path.Combine(SealedBackup.KeysIn(folder), "key-1.xml")));
        AssertNothingIsLeft(data.Options.Folder);
    }

    [Fact]
    public async Task ASecondFolderGetsItToo()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = await data.AddLeadAsync();
        await AttachAsync(data, lead, "the offer");
        var second = Directory.CreateDirectory(Path.Combine(data.Options.Folder, "second")).FullName;

        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand) { SecondFolder = second });

        Assert.Equal(Path.Combine(second, Path.GetFileName(report.Path)), report.SecondPath);
        var there = Assert.Single(BackupFile.In(second));
        Assert.True(there.IsProved);
        Assert.Equal(await File.ReadAllBytesAsync(report.Path), await File.ReadAllBytesAsync(there.Path));
        Assert.Equal("the offer", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Backup.FilesOf(there.Path), "*", SearchOption.AllDirectories))));
        AssertNothingIsLeft(second);
    }

    [Fact]
    public async Task ASecondFolderThatIsNotThereCostsNotTheFirst()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();

        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand) { SecondFolder = "/not/mounted" });

        Assert.True(BackupFile.In(data.Options.Folder)[0].IsProved);
        Assert.Equal("The second folder /not/mounted did not get the backup: There is no folder /not/mounted.", report.SecondProblem);
    }

    [Fact]
    public async Task WhatBrokeOffIsRemovedByTheNext()
    {
        await using var data = await TestDatabase.CreateAsync();
        var left = Directory.CreateDirectory(Path.Combine(data.Options.Folder, ".backup-0123")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "data"), "half");
        await File.WriteAllTextAsync(Path.Combine(left, "target"), Path.Combine(data.Options.Folder, "backup_2026-01-01.db"));
        // Nobody but whoever put them there knows what these are.
        Directory.CreateDirectory(Path.Combine(data.Options.Folder, "backup_2026-01-02.files"));
        await File.WriteAllTextAsync(Path.Combine(data.Options.Folder, "backup_2026-01-01.json"), "{}");
        Directory.CreateDirectory(Path.Combine(data.Options.Folder, "backup_2026-01-01.files"));

        await BackUpAsync(data, new(Zone, BackupCause.Hand));

        Assert.Single(BackupFile.In(data.Options.Folder));
        Assert.False(File.Exists(Path.Combine(data.Options.Folder, "backup_2026-01-01.json")));
        Assert.False(Directory.Exists(Path.Combine(data.Options.Folder, "backup_2026-01-01.files")));
        Assert.True(Directory.Exists(Path.Combine(data.Options.Folder, "backup_2026-01-02.files")));
        AssertNothingIsLeft(data.Options.Folder);
    }

    [Fact]
    public async Task OnPostgresTheServersOwnToolMakesIt()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        Assert.SkipUnless(data.Provided.GetRequiredService<Backup>().HasServerTools, "pg_dump is not on this machine");
        await AttachAsync(data, await data.AddLeadAsync(), "the contract");
        var second = Directory.CreateTempSubdirectory("kps-second-").FullName;

        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand) { SecondFolder = second });

        Assert.EndsWith(".dump", report.Path);
        Assert.Null(report.SecondProblem);
        foreach (var path in new[] { report.Path, report.SecondPath! })
            Assert.Equal("the contract", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.ChangeExtension(path, ".files"), "*", SearchOption.AllDirectories))));
        Directory.Delete(second, recursive: true);
        Assert.True(Assert.Single(BackupFile.In(data.Options.Folder)).IsProved);
        AssertNothingIsLeft(data.Options.Folder);
    }

    /// <summary>No command of ours puts a dump back; whoever does it by hand has to get at it.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnEncryptedOneIsOpenedIntoAFolder(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        Assert.SkipUnless(provider == DatabaseProvider.Sqlite || data.Provided.GetRequiredService<Backup>().HasServerTools, "pg_dump is not on this machine");
        await AttachAsync(data, await data.AddLeadAsync(), "the contract");
        var backup = data.Provided.GetRequiredService<Backup>();
        var report = await BackUpAsync(data, new(Zone, BackupCause.Hand) { Passphrase = "correct horse battery" });
        var folder = Path.Combine(data.Options.Folder, "opened");

        await Assert.ThrowsAsync<WrongPassphraseException>(() => backup.UnsealAsync(report.Path, folder, ["another passphrase"]));
        Assert.False(Directory.Exists(folder));
        var opened = await backup.UnsealAsync(report.Path, folder, ["another passphrase", "correct horse battery"]);

        Assert.Equal(provider == DatabaseProvider.Sqlite ? "kps_crm.db" : "database.dump", Path.GetFileName(opened));
        Assert.Equal("the contract", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(folder, "kps_crm.files"), "*", SearchOption.AllDirectories))));
    }

    private static Task<BackupReport> BackUpAsync(TestDatabase data, BackupWish wish) => data.Provided.GetRequiredService<Backup>().CreateAsync(wish);

    private static Task AttachAsync(TestDatabase data, int lead, string text) =>
        new AddFile(data.Provided.GetRequiredService<FileStore>(), data.Store).RunAsync(data.Anna, ItemRef.Lead(lead), "a.txt", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void AssertNothingIsLeft(string folder) => Assert.DoesNotContain(Directory.GetFileSystemEntries(folder).Select(f => Path.GetFileName(f)!), f => f.StartsWith(".backup-", StringComparison.Ordinal) || f.EndsWith(".part", StringComparison.Ordinal));
}
