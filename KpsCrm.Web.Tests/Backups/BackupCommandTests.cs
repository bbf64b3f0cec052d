using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Tests.Backups;

/// <summary>The commands as processes of their own: second folder, passphrase, exit codes, and what they say.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-command-").FullName;
    private readonly CommandLine _program;

    public BackupCommandTests() => _program = new(Path.Combine(_folder, "kps_crm.db"));

    [Fact]
    public async Task ABackupUnderAPassphraseGoesToBothFoldersAndComesBackWithItAlone()
    {
        var second = Directory.CreateDirectory(Path.Combine(_folder, "second")).FullName;
        await _program.RunAsync(["db", "init", "--no-sample"]);

        var made = await _program.RunAsync(["db", "backup"], ("Backup__Folder", second), ("Backup__Passphrase", "correct horse battery"));

        Assert.Equal((0, ""), (made.Code, made.Err));
        Assert.Matches(@"Saved .*backup_\d{4}-\d{2}-\d{2}\.enc \([\d,]+ kB, proved\)", made.Out);
        Assert.Contains($"A second one is in {second}", made.Out);
        var backup = Assert.Single(BackupFile.In(second));
        Assert.Equal((true, BackupCause.Command), (backup.IsProved, backup.Cause));

        var refused = await _program.RunAsync(["db", "restore", backup.Path], ("Backup__Passphrase", "another passphrase"));
        Assert.Equal((1, "The passphrase is not the one with which this backup was encrypted."), (refused.Code, refused.Err.Trim()));
        var asked = await _program.RunAsync(["db", "restore", backup.Path]);
        Assert.Equal((1, "This backup is encrypted; give its passphrase in Backup__Passphrase."), (asked.Code, asked.Err.Trim()));
        var restored = await _program.RunAsync(["db", "restore", backup.Path], ("Backup__Passphrase", "correct horse battery"));
        Assert.Equal((0, ""), (restored.Code, restored.Err));
        Assert.Contains("The state before is in", restored.Out);
        Assert.Equal(0, (await _program.RunAsync(["db", "check"])).Code);
    }

    [Fact]
    public async Task ASecondFolderThatIsNotThereIsToldAndTheFirstHasIt()
    {
        await _program.RunAsync(["db", "init", "--no-sample"]);

        var made = await _program.RunAsync(["db", "backup"], ("Backup__Folder", "/not/mounted"));

        Assert.Equal((1, "The second folder /not/mounted did not get the backup: There is no folder /not/mounted."), (made.Code, made.Err.Trim()));
        Assert.True(Assert.Single(BackupFile.In(_folder)).IsProved);
    }

    /// <summary>A command that a timer runs fails where nobody looks.</summary>
    [Fact]
    public async Task WhatFailsRingsTheAdminsAndIsInTheTrail()
    {
        await _program.RunAsync(["db", "init"]);

        await _program.RunAsync(["db", "backup"], ("Backup__Folder", "/not/mounted"));

        await using var file = new SqliteConnection($"Data Source={Path.Combine(_folder, "kps_crm.db")};Pooling=False");
        await file.OpenAsync();
        Assert.Equal(["A backup failed: The second folder /not/mounted did not get the backup: There is no folder /not/mounted"], await SqliteFile.ListAsync(file, "SELECT n.text FROM notifications n JOIN users u ON u.id = n.user_id WHERE u.email = 'admin@kps.example'", default));
        Assert.Single(await SqliteFile.ListAsync(file, "SELECT event_type FROM security_logs WHERE event_type = 'backup_failed'", default));
        Assert.Equal(["admin@kps.example"], await SqliteFile.ListAsync(file, "SELECT to_address FROM outgoing_mails WHERE notification_id IS NOT NULL", default));
    }

    [Fact]
    public async Task TheDataFolderIsNoSecondFolder()
    {
        await _program.RunAsync(["db", "init", "--no-sample"]);

        var made = await _program.RunAsync(["db", "backup"], ("Backup__Folder", _folder + "/"));

        Assert.Equal((1, "Backup__Folder is the folder in which backups are made anyway; choose one on another disk."), (made.Code, made.Err.Trim()));
        Assert.Empty(BackupFile.In(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
