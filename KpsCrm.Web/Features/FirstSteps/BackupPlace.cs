using KpsCrm.Data;

namespace KpsCrm.Web.Features.FirstSteps;

/// <summary>Whether anybody has thought of backups: a folder is set, or a backup lies beside the database.</summary>
public sealed class BackupPlace(IConfiguration configuration, DatabaseOptions database)
{
    public bool IsChosen => !string.IsNullOrWhiteSpace(configuration["Backup:Folder"])
        || (database.Provider == DatabaseProvider.Sqlite && Directory.Exists(database.Folder) && Directory.EnumerateFiles(database.Folder, "backup_*.db").Any());

    /// <summary>How to get there, for whoever runs the program.</summary>
    public string Advice => database.Provider == DatabaseProvider.Sqlite
        ? "Run “db backup” every night: it copies database and files while everyone works. Copy the result to another disk."
        : "Have pg_dump run every night, and copy the folder with the attached files.";
}
