namespace KpsCrm.Data.Maintenance;

/// <summary>How a backup is to be made.</summary>
/// <param name="Zone">The company's time zone; its day is in the name.</param>
public sealed record BackupWish(TimeZoneInfo Zone, BackupCause Cause)
{
    /// <summary>UTC; needless where the schedule's was made since then by another instance that shares the folder.</summary>
    public DateTime? UnlessSince { get; init; }

    /// <summary>A folder, on another disk if possible, that gets the backup too.</summary>
    public string? SecondFolder { get; init; }

    /// <summary>What encrypts it; null for none.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Told what it is at.</summary>
    public IProgress<BackupStep>? Progress { get; init; }
}

/// <param name="Words">"Copying the database"</param>
/// <param name="Share">From 0 to 1; null when it isn't known.</param>
public sealed record BackupStep(string Words, double? Share = null);

/// <param name="Bytes">Of the file, without its attached files.</param>
/// <param name="Rows">Per table.</param>
public sealed record BackupReport(string Path, long Bytes, IReadOnlyDictionary<string, long> Rows)
{
    /// <summary>The attached files.</summary>
    public FilesReport Files { get; init; } = FilesReport.None;

    /// <summary>What lies beside it; what a restore put in place has none of its own.</summary>
    public BackupNote Note { get; init; } = new() { Of = "-", Sha256 = "-" };

    /// <summary>Where it lies a second time.</summary>
    public string? SecondPath { get; init; }

    /// <summary>Why the second folder did not get it.</summary>
    public string? SecondProblem { get; init; }
}

/// <param name="Missing">Names of files that rows refer to and that are not there, or not as long as they were.</param>
public sealed record FilesReport(int Count, long Bytes, IReadOnlyList<string> Missing)
{
    public static FilesReport None { get; } = new(0, 0, []);
}
