using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Settings;

/// <summary>A choice made in the program's own pages, as opposed to the configuration it starts with.</summary>
public sealed class StoredSetting
{
    /// <summary>For example <c>checklist.dismissed</c>.</summary>
    public required string Key { get; init; }

    public required string Value { get; set; }

    /// <summary>Kept under the program's keys; the audit trail tells that it was changed, and nothing more.</summary>
    public bool IsSecret => Key.EndsWith(".passphrase", StringComparison.Ordinal);

    /// <summary>Set by managers, too; all else is for admins.</summary>
    public bool IsForManagers => Key.StartsWith("checklist.", StringComparison.Ordinal);

    /// <summary>UTC.</summary>
    public DateTime UpdatedAt { get; set; }

    public int? UpdatedById { get; set; }
}

internal sealed class StoredSettingConfiguration : IEntityTypeConfiguration<StoredSetting>
{
    public void Configure(EntityTypeBuilder<StoredSetting> setting)
    {
        setting.ToTable("settings");
        setting.HasKey(s => s.Key);
        setting.Property(s => s.Key).HasMaxLength(100);
        setting.HasCreatedAt(s => s.UpdatedAt);
    }
}
