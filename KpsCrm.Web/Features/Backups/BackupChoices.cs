using System.Globalization;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Backups;

/// <summary>When backups are made, how many stay, and where a second one goes. What nobody chose on the page is what the configuration says.</summary>
/// <param name="At">On the company's clock; null for no schedule.</param>
public sealed record BackupChoices(TimeOnly? At, Retention Keep, string? SecondFolder, bool IsEncrypted)
{
    public const string AtKey = "backup.at", KeepKey = "backup.keep", FolderKey = "backup.folder", PassphraseKey = "backup.passphrase", Prefix = "backup.";

    public string AtText => At?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? BackupOptions.Off;

    public string KeepText => string.Create(CultureInfo.InvariantCulture, $"{Keep.Daily},{Keep.Weekly},{Keep.Monthly}");

    public static async Task<BackupChoices> ReadAsync(CrmView view, BackupOptions defaults, CancellationToken cancellationToken = default)
    {
        var rows = await view.Settings.Where(s => s.Key.StartsWith(Prefix)).ToDictionaryAsync(s => s.Key, s => s.Value, cancellationToken);
        if (!rows.TryGetValue(AtKey, out var text) || !BackupOptions.TryRead(text, out var at))
            BackupOptions.TryRead(defaults.At, out at);
        return new(at,
            rows.TryGetValue(KeepKey, out var keep) && keep.Split(',').Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1).ToArray() is [> 0 and var d, >= 0 and var w, >= 0 and var m] ? new(d, w, m) : new(defaults.KeepDaily, defaults.KeepWeekly, defaults.KeepMonthly),
            Given(rows.TryGetValue(FolderKey, out var folder) ? folder : defaults.Folder),
            (rows.TryGetValue(PassphraseKey, out var passphrase) ? passphrase : defaults.Passphrase) is { Length: > 0 });
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>For admins; null for others.</summary>
public sealed record BackupChoicesQuestion(BackupOptions Defaults) : IQuestion<BackupChoices?>
{
    public Topics Of => Topics.Settings;

    public async Task<BackupChoices?> AskAsync(CrmView view, CancellationToken cancellationToken) => view.Who.Is(Role.Admin) ? await BackupChoices.ReadAsync(view, Defaults, cancellationToken) : null;
}
