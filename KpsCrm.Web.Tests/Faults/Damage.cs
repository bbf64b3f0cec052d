using KpsCrm.Data.Maintenance;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>What disks do to files.</summary>
internal static class Damage
{
    /// <summary>Overwrites the middle of a table's first page, with nobody's connection in between.</summary>
    public static async Task PageAsync(string path, string table)
    {
        long page, size;
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            await SqliteFile.ListAsync(connection, "PRAGMA wal_checkpoint(TRUNCATE)", default);
            page = long.Parse((await SqliteFile.ListAsync(connection, $"SELECT rootpage FROM sqlite_master WHERE name = '{table}'", default))[0], System.Globalization.CultureInfo.InvariantCulture);
            size = long.Parse((await SqliteFile.ListAsync(connection, "PRAGMA page_size", default))[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = (page - 1) * size;
        await file.WriteAsync(Enumerable.Repeat((byte)0xA5, (int)size / 2).ToArray());
    }
}
