using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Audit;

namespace KpsCrm.Web.Features.Backups;

/// <summary>Puts a backup in place while people work: they wait for a moment, and go on with the restored data.</summary>
public sealed class RestoreDesk(BackupDesk desk, Restore restore, BackupPassphrase passphrases, CompanyOptions company, AuditState audit, MaintenanceTrail trail, ILogger<RestoreDesk> log)
{
    /// <param name="typed">The backup's name, as the person typed it.</param>
    /// <param name="passphrase">What they typed for an encrypted one; null to try the one that is known.</param>
    /// <returns>Where the state before is.</returns>
    /// <exception cref="RuleException">The name is another, or a backup is being made just now.</exception>
    /// <exception cref="TroubleException">Nothing was changed; the message says why.</exception>
    public async Task<string?> RestoreAsync(Actor who, BackupFile backup, string? typed, string? passphrase)
    {
        Gate.Demand(who, Role.Admin);
        if (typed?.Trim() is not { } name || (name != backup.Name && name != Path.GetFileNameWithoutExtension(backup.Name)))
            throw new RuleException($"Type {Path.GetFileNameWithoutExtension(backup.Name)}, exactly as it is called.");
        return await desk.DoAsync(async progress =>
        {
            var wish = new RestoreWish(backup.Path, company.Zone)
            {
                IsServing = true,
                Passphrases = backup.IsSealed ? await passphrases.ForRestoreAsync(passphrase) : [],
                Progress = progress,
                WhenDone = async saved =>
                {
                    audit.Forget();
                    await trail.RestoredAsync(backup.Path, saved, who);
                },
            };
            var (before, restored) = await Task.Run(() => restore.RunAsync(wish));
            log.LogWarning("{Who} restored {Name}; the state before is {Saved}", who.Name, backup.Name, Path.GetFileName(before));
            if (restored.Files.Missing.Count > 0)
                log.LogWarning("{Count} attached files are missing in the restored data; the check under Health names them", restored.Files.Missing.Count);
            return before;
        });
    }
}
