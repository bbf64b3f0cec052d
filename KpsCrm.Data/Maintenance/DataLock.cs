using System.Diagnostics;
using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>One running program per database file. The command line may read and write beside it; a second server or a restore may not.</summary>
public sealed class DataLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _pidFile;

    private DataLock(FileStream held, string pidFile) => (_held, _pidFile) = (held, pidFile);

    /// <summary>How long one that is just ending is waited for: on Unix a child that it was starting at that moment holds its files until it runs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="TroubleException">Another process holds it.</exception>
    public static DataLock Take(string databasePath)
    {
        for (var started = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            try
            {
                return TryTake(databasePath);
            }
            catch (TroubleException e) when (e.InnerException is IOException && Stopwatch.GetElapsedTime(started) < Patience)
            {
            }
        }
    }

    private static DataLock TryTake(string databasePath)
    {
        // The process id has a file of its own: nobody can read the one that is held.
        var pidFile = $"{databasePath}.pid";
        try
        {
            var held = new FileStream($"{databasePath}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataLock(held, pidFile);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TroubleException($"The program may not write {databasePath}.lock; give its account the right to.", e);
        }
        catch (IOException e)
        {
            throw new TroubleException($"The database {databasePath} is already in use by process {PidIn(pidFile)}; stop that one first, or choose another file with Database__Path.", e);
        }
    }

    public void Dispose()
    {
        // The lock file itself stays: deleting it could let two processes hold two files of the same name.
        File.Delete(_pidFile);
        _held.Dispose();
    }

    private static string PidIn(string pidFile)
    {
        try
        {
            return File.ReadAllText(pidFile).Trim();
        }
        catch (IOException)
        {
            return "(unknown)";
        }
    }
}
