using System.ComponentModel.DataAnnotations;
using System.Globalization;
using KpsCrm.Data.Maintenance;

namespace KpsCrm.Web.Features.Backups;

/// <summary>What holds until an admin chooses otherwise on the page; settings section <c>Backup</c>.</summary>
public sealed class BackupOptions : IValidatableObject
{
    public const string Section = "Backup", Off = "off";

    /// <summary>The time of day on the company's clock, such as 03:00; <c>off</c> for no schedule.</summary>
    public string At { get; set; } = "03:00";

    [Range(1, 366, ErrorMessage = "Backup__KeepDaily must be a whole number from 1 to 366.")]
    public int KeepDaily { get; set; } = Retention.Default.Daily;

    [Range(0, 520, ErrorMessage = "Backup__KeepWeekly must be a whole number from 0 to 520.")]
    public int KeepWeekly { get; set; } = Retention.Default.Weekly;

    [Range(0, 120, ErrorMessage = "Backup__KeepMonthly must be a whole number from 0 to 120.")]
    public int KeepMonthly { get; set; } = Retention.Default.Monthly;

    /// <summary>A second folder that gets each backup too.</summary>
    public string? Folder { get; set; }

    /// <summary>Encrypts each backup; also what <c>db restore</c> opens one with.</summary>
    public string? Passphrase { get; set; }

    public static bool TryRead(string? text, out TimeOnly? at)
    {
        at = null;
        if (string.Equals(text?.Trim(), Off, StringComparison.OrdinalIgnoreCase))
            return true;
        if (!TimeOnly.TryParseExact(text?.Trim(), ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return false;
        at = time;
        return true;
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryRead(At, out _))
            yield return new($"Backup__At is '{At}'; write a time such as 03:00, or off.");
        if (Passphrase is { Length: > 0 and < BackupPassphrase.Shortest })
            yield return new($"Backup__Passphrase is too short; use at least {BackupPassphrase.Shortest} characters.");
    }
}
