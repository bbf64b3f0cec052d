using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>Makes of the database that is to be replaced one whole file that nobody has open.</summary>
internal static class PresentFile
{
    private const int Error = 1, Busy = 5, Locked = 6, Corrupt = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Takes over what the new one keeps of it, and writes its log into it. Leaving the mode in which there is a log is possible only to somebody who is alone
    /// with the file: that proves that nobody, of no other program either, can still write into it.
    /// </summary>
    /// <returns>What is wrong with it; null when it is sound enough to have been read.</returns>
    /// <exception cref="TroubleException">Somebody else keeps it open.</exception>
    public static async Task<string?> CloseAsync(string database, string ready, DateTime now)
    {
        // Opened, it would get its log written into it, and neither would be what it was.
        if (!SqliteHeader.Is(database))
            return "its first page is damaged";
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                await using var present = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, DefaultTimeout = 1 }.ToString());
                await present.OpenAsync();
                if (await SqliteFile.ListAsync(present, "PRAGMA journal_mode = DELETE", default) is not ["delete"])
                    throw new SqliteException("database is locked", Busy);
                await TakeOverAsync(present, ready, now);
                return null;
            }
            catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                    throw new TroubleException("Another program has the database open; close it, then restore again. Nothing was changed.", e);
            }
            catch (SqliteException e)
            {
                return e.Message;
            }
        }
    }

    /// <summary>Where the present one is damaged in its middle, nothing is taken over: everybody signs in again.</summary>
    private static async Task TakeOverAsync(SqliteConnection present, string ready, DateTime now)
    {
        try
        {
            await CarriedOver.TakeAsync(present, ready, now, default);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or Error)
        {
            // What was begun is rolled back as its transaction goes.
        }
    }
}
