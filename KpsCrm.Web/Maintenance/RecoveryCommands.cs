using System.CommandLine;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Backups;

namespace KpsCrm.Web.Maintenance;

/// <summary>For what is done by hand: <c>db unseal FILE FOLDER</c> opens an encrypted backup, <c>db restored FILE</c> says that a backup was put in place.</summary>
internal static class RecoveryCommands
{
    public static Command Unseal()
    {
        var file = new Argument<string>("file") { Description = "An encrypted backup, for example database/backup_2026-11-24.enc" };
        var folder = new Argument<string>("folder") { Description = "A new folder" };
        return DbCommands.Verb("unseal", "Decrypt a backup into a folder: the database, the attached files, the keys. The passphrase is the one that is known here, or Backup__Passphrase.", (app, parsed) => UnsealAsync(app, parsed.GetValue(file)!, parsed.GetValue(folder)!), file, folder);
    }

    public static Command Restored()
    {
        var file = new Argument<string>("file") { Description = "The backup that lies there now, by the name it had" };
        return DbCommands.Verb("restored", "Tell the audit trail that a backup was copied over the database by hand; what came after it counts no more.", (app, parsed) => RestoredAsync(app, parsed.GetValue(file)!), file);
    }

    private static async Task<int> UnsealAsync(WebApplication app, string file, string folder)
    {
        if (!File.Exists(file))
            throw new TroubleException($"There is no file {file}.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new TroubleException($"The folder {folder} is not empty; name a new one.");
        var database = await app.Services.GetRequiredService<Backup>().UnsealAsync(file, folder, await app.Services.GetRequiredService<BackupPassphrase>().ForRestoreAsync(null));
        Console.WriteLine($"Decrypted to {database}; what is in {Path.GetFullPath(folder)} is not encrypted any more.");
        return 0;
    }

    private static async Task<int> RestoredAsync(WebApplication app, string file)
    {
        var database = app.Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider == DatabaseProvider.Sqlite && !File.Exists(database.Path))
            throw new TroubleException($"There is no database {database.Path}.");
        using var alone = database.Provider == DatabaseProvider.Sqlite ? DataLock.Take(database.Path) : null;
        await app.Services.GetRequiredService<Schema>().MigrateAsync(app.Services.GetRequiredService<CompanyOptions>().Zone, isAlone: true);
        await app.Services.GetRequiredService<MaintenanceTrail>().RestoredAsync(file, null);
        Console.WriteLine("The audit trail knows.");
        return 0;
    }
}
