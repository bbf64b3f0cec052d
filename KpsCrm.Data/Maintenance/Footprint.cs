using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>How much room the data takes, and how much there is.</summary>
public sealed class Footprint(IProvider provider, DatabaseOptions options)
{
    /// <summary>Of the database alone; attached files are not counted.</summary>
    public async Task<long> DatabaseBytesAsync(CancellationToken cancellationToken = default)
    {
        if (options.Provider == DatabaseProvider.Sqlite)
            return DiskSpace.SizeOf(options.Path);
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        return await db.Database.SqlQuery<long>($"SELECT pg_database_size(current_database()) AS \"Value\"").SingleAsync(cancellationToken);
    }

    /// <summary>On the disk of the data folder, for this program's account.</summary>
    public long FreeBytes => new DriveInfo(Directory.Exists(options.Folder) ? options.Folder : Path.GetPathRoot(options.Folder)!).AvailableFreeSpace;
}
