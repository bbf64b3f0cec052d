using KpsCrm.Data.Maintenance;

namespace KpsCrm.Web.Features.Backups;

/// <summary>How backups are spoken of.</summary>
public static class BackupWords
{
    public static string Of(BackupCause cause) => cause switch
    {
        BackupCause.Schedule => "By the schedule",
        BackupCause.Hand => "Asked for",
        BackupCause.Command => "By command",
        BackupCause.BeforeRestore => "Before a restore",
        BackupCause.BeforeUpgrade => "Before an upgrade",
        _ => "Not known",
    };

    /// <summary>"proved", "not proved"; why not is in the title.</summary>
    public static string Proof(BackupFile backup) => backup.IsProved ? "Proved" : "Not proved";

    /// <summary>What stands behind the word.</summary>
    public static string Why(BackupFile backup) => backup switch
    {
        { IsProved: true, IsDump: true, Note.Rows.Count: 0 } => "Made by pg_dump and its list read back",
        { IsProved: true, IsDump: true } => "Made by pg_dump, restored into a scratch database, brought to the present schema and counted",
        { IsProved: true, Note.MissingFiles.Count: > 0 and var missing } => $"Opened, checked and counted; {Shared.Words.Count(missing, "attached file")} missing or damaged already when it was made",
        { IsProved: true } => "Opened, checked, brought to the present schema and counted",
        { Note.Problem: { } problem } => problem,
        { Note: null } => "Nothing is known of it; it is looked at before it is restored",
        _ => "It is not as long as it was when it was proved",
    };
}
