namespace KpsCrm.Data.Maintenance;

/// <summary>What is to be put in the place of the database.</summary>
/// <param name="Zone">The company's time zone; its day is in the name of the backup of the present state.</param>
public sealed record RestoreWish(string From, TimeZoneInfo Zone)
{
    /// <summary>For one that is encrypted: what it may be, tried one after the other.</summary>
    public IReadOnlyList<string> Passphrases { get; init; } = [];

    /// <summary>The program itself runs, and has the data folder already; else nobody may.</summary>
    public bool IsServing { get; init; }

    /// <summary>Called once the backup is in place, with where the state before is; if the program dies before it returns, the next start calls it.</summary>
    public Func<string?, Task>? WhenDone { get; init; }

    /// <summary>Told what it is at.</summary>
    public IProgress<BackupStep>? Progress { get; init; }
}

/// <summary>What a start found of a restore that the last run did not end.</summary>
/// <param name="DoneFrom">The backup that is in place now; null where the data is as it was.</param>
/// <param name="Saved">Where the state before is.</param>
public sealed record EndedRestore(string Sentence, string? DoneFrom = null, string? Saved = null);
