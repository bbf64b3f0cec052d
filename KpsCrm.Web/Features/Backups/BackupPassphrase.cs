using System.Data.Common;
using System.Security.Cryptography;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Backups;

/// <summary>The passphrase of backups: kept under the program's keys, given out to nobody but the backup itself.</summary>
public sealed class BackupPassphrase(CrmStore store, IDataProtectionProvider protection, BackupOptions options)
{
    public const int Shortest = 12;

    private readonly IDataProtector _protector = protection.CreateProtector("KpsCrm.BackupPassphrase");

    internal string Protect(string passphrase) => _protector.Protect(passphrase);

    /// <returns>Null when backups are not to be encrypted.</returns>
    /// <exception cref="TroubleException">One was chosen, and can't be read: never is a plain backup made instead.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken = default)
    {
        var stored = await store.ReadAsync(Actor.System, view => view.Settings.Where(s => s.Key == BackupChoices.PassphraseKey).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken), cancellationToken);
        if (stored is null)
            return string.IsNullOrEmpty(options.Passphrase) ? null : options.Passphrase;
        try
        {
            return stored.Length == 0 ? null : _protector.Unprotect(stored);
        }
        catch (CryptographicException e)
        {
            throw new TroubleException("The passphrase of the backups can't be read any more, because the keys beside the data are others than before; set it again under Backups.", e);
        }
    }

    /// <summary>What a backup that is to be restored may be encrypted with: what somebody typed, else what is known here, from the page and from the configuration.</summary>
    /// <param name="mayOpen">The present database may be asked which was chosen on the page.</param>
    public async Task<IReadOnlyList<string>> ForRestoreAsync(string? typed, bool mayOpen = true, CancellationToken cancellationToken = default)
    {
        if (!string.IsNullOrEmpty(typed))
            return [typed];
        string? chosen = null;
        try
        {
            chosen = mayOpen ? await ReadAsync(cancellationToken) : null;
        }
        catch (Exception e) when (e is TroubleException or DbException)
        {
            // Other keys, or a database that can't be read: what the configuration says may fit.
        }
        return [.. new[] { chosen, options.Passphrase }.Where(p => !string.IsNullOrEmpty(p)).OfType<string>().Distinct()];
    }
}
