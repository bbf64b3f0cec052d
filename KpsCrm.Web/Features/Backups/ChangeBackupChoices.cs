using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Backups;

/// <summary>Chooses when backups are made, how many stay, and the second folder. The trail is told by the save itself.</summary>
public sealed record ChangeBackupChoices(BackupChoices Choices)
{
    /// <exception cref="RuleException">Something of it can't be.</exception>
    public Task RunAsync(CrmStore store, DatabaseOptions database, Actor who)
    {
        Gate.Demand(who, Role.Admin);
        if (Choices.Keep is not { Daily: >= 1 and <= 366, Weekly: >= 0 and <= 520, Monthly: >= 0 and <= 120 })
            throw new RuleException("Keep 1 to 366 days, up to 520 weeks and up to 120 months.");
        var folder = string.IsNullOrWhiteSpace(Choices.SecondFolder) ? "" : Choices.SecondFolder.Trim();
        if (folder.Length > 0)
            DemandFolder(folder, database);
        return store.WriteAsync(who, async db =>
        {
            await db.SetAsync(BackupChoices.AtKey, Choices.AtText, who);
            await db.SetAsync(BackupChoices.KeepKey, Choices.KeepText, who);
            await db.SetAsync(BackupChoices.FolderKey, folder, who);
        });
    }

    private static void DemandFolder(string folder, DatabaseOptions database)
    {
        if (!Path.IsPathFullyQualified(folder))
            throw new RuleException("Write the second folder with its whole path, such as /mnt/backups.");
        if (BackupServices.IsIn(database, folder))
            throw new RuleException("The second folder is the one in which backups are made anyway; choose one on another disk.");
        if (!Directory.Exists(folder))
            throw new RuleException($"There is no folder {folder} on the server; create it there first.");
        try
        {
            using var probe = File.Create(Path.Combine(folder, $".kps-{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RuleException($"The program may not write in {folder}; give its account the right to.");
        }
    }
}

/// <summary>Encrypts the backups from now on, or no longer. The passphrase is shown to nobody again.</summary>
/// <param name="Passphrase">Null for none.</param>
public sealed record SetBackupPassphrase(string? Passphrase)
{
    /// <exception cref="RuleException">It is too short.</exception>
    public Task RunAsync(CrmStore store, BackupPassphrase passphrases, Actor who)
    {
        Gate.Demand(who, Role.Admin);
        if (Passphrase is { Length: < BackupPassphrase.Shortest })
            throw new RuleException($"Use at least {BackupPassphrase.Shortest} characters.");
        return store.WriteAsync(who, db => db.SetAsync(BackupChoices.PassphraseKey, Passphrase is null ? "" : passphrases.Protect(Passphrase), who));
    }
}
