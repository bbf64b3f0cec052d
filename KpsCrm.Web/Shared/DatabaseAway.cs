using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Web.Shared;

public static class DatabaseAway
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CantOpen = 14;

    /// <summary>The database is locked, restarting or out of reach: nothing is wrong with what was asked, and it may be asked again.</summary>
    public static bool Is(Exception? e) => e is DbException or TimeoutException || (e is not null && Is(e.InnerException));

    /// <summary>Why something could not be saved, for whoever typed it; what it takes is somebody else's affair.</summary>
    public static string NotSaved(Exception e) => Code(e) switch
    {
        Full => "Not saved: the server's disk is full. What you typed is still here; tell whoever runs the server.",
        ReadOnly => "Not saved: the server may not write its data. What you typed is still here; tell whoever runs the server.",
        InputOutput or Corrupt => "Not saved: the server's disk fails. What you typed is still here; tell whoever runs the server.",
        CantOpen => "Not saved: the server's database file is not in its place. What you typed is still here; tell whoever runs the server.",
        Busy or Locked => "Not saved: another program holds the database. What you typed is still here; try again in a moment.",
        _ => "This could not be saved just now. What you typed is still here; try again in a moment.",
    };

    private static int Code(Exception? e) => e switch
    {
        null => 0,
        SqliteException { SqliteErrorCode: var code } => code,
        _ => Code(e.InnerException),
    };
}
