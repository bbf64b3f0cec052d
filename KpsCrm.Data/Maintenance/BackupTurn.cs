using System.Diagnostics;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// One backup at a time in a folder, whoever makes it. What lies about while nobody has the turn was left by one that broke off.
/// </summary>
internal sealed class BackupTurn : IDisposable
{
    private const string Prefix = ".backup-", Target = "target";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FileStream _held;

    private BackupTurn(FileStream held) => _held = held;

    /// <exception cref="TroubleException">Another is being made, and takes its time.</exception>
    public static async Task<BackupTurn> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(100, cancellationToken))
        {
            if (TryTake(folder) is { } turn)
                return turn;
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TroubleException("Another backup is being made; try again when it is done.");
        }
    }

    /// <returns>Null when another has it.</returns>
    public static BackupTurn? TryTake(string folder)
    {
        try
        {
            return new(new FileStream(Path.Combine(folder, ".backup.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TroubleException($"The program may not write in {folder}; give its account the right to.", e);
        }
    }

    /// <summary>Notes where the note and the files of a backup are about to be put, which come before the backup itself.</summary>
    public static void Note(string work, string target) => Durable.Write(Path.Combine(work, Target), target);

    /// <summary>A new folder for what is not finished yet.</summary>
    public static string NewWork(string folder) => Directory.CreateDirectory(Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}")).FullName;

    /// <summary>Removes what broke off; to be called with the turn.</summary>
    public static void Clean(string folder)
    {
        foreach (var work in Directory.GetDirectories(folder, $"{Prefix}*"))
        {
            if (File.Exists(Path.Combine(work, Target)) && File.ReadAllText(Path.Combine(work, Target)) is var target && BackupFile.IsName(Path.GetFileName(target)) && !File.Exists(target))
            {
                File.Delete(BackupNote.PathOf(target));
                if (Directory.Exists(Backup.FilesOf(target)))
                    Directory.Delete(Backup.FilesOf(target), recursive: true);
            }
            Directory.Delete(work, recursive: true);
        }
    }

    public void Dispose() => _held.Dispose();
}
