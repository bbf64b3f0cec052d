using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;

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

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
