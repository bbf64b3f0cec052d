using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Providers;

/// <summary>A file that was deleted, moved away or replaced while it was open can still be written, and nobody would ever find what was written.</summary>
internal static class FileInPlace
{
    private const int CantOpen = 14, HasMoved = 20;

    /// <exception cref="SqliteException">The connection's file is no longer the one of that name.</exception>
    public static void Demand(SqliteConnection connection)
    {
        // Where the file system can't tell, SQLite says that it doesn't know, and it counts as in place.
        if (sqlite3_file_control(connection.Handle!, "main", HasMoved, out var moved) == 0 && moved != 0)
            throw new SqliteException($"{connection.DataSource} was moved, deleted or replaced while the program ran; put it back, or restart the program to use what is there now", CantOpen);
    }

    /// <summary>Whether this is what <see cref="Demand"/> throws, or a file that is not there at all.</summary>
    public static bool IsBroken(Exception e) => e is SqliteException { SqliteErrorCode: CantOpen };

    [DllImport("e_sqlite3", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int sqlite3_file_control(SafeHandle db, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int operation, out int result);
}
