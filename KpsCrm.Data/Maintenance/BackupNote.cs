using System.Text.Json;
using System.Text.Json.Serialization;

namespace KpsCrm.Data.Maintenance;

/// <summary>Why a backup was made. Only those of the schedule are ever removed again.</summary>
public enum BackupCause
{
    /// <summary>Nothing is noted: copied here by hand, or made by an earlier version.</summary>
    Unknown,
    Schedule,

    /// <summary>Somebody asked for it on the page.</summary>
    Hand,

    /// <summary><c>db backup</c></summary>
    Command,

    /// <summary>The state before a restore.</summary>
    BeforeRestore,

    /// <summary>The state before the schema was changed.</summary>
    BeforeUpgrade,
}

/// <summary>What is known of a backup; lies beside it as <c>backup_2026-11-24.json</c>.</summary>
public sealed record BackupNote
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public BackupCause Cause { get; init; }

    /// <summary>UTC.</summary>
    public DateTime MadeAt { get; init; }

    /// <summary>Which database it is of, so that two that share a folder leave each other's alone.</summary>
    public required string Of { get; init; }

    /// <summary>Of the file, without its attached files.</summary>
    public long Bytes { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>The last migration it has.</summary>
    public string? Schema { get; init; }

    /// <summary>Per table; empty where the server's own tool made it and it could not be restored for a trial.</summary>
    public IReadOnlyDictionary<string, long> Rows { get; init; } = new Dictionary<string, long>();

    public int Files { get; init; }

    /// <summary>Attached files that were missing or damaged already when it was made.</summary>
    public IReadOnlyList<string> MissingFiles { get; init; } = [];

    /// <summary>UTC; when it was opened, checked, brought to the present schema and counted. Null when that failed or is still to come.</summary>
    public DateTime? ProvedAt { get; init; }

    /// <summary>Why it could not be proved.</summary>
    public string? Problem { get; init; }

    internal static string PathOf(string backup) => Path.ChangeExtension(backup, ".json");

    internal void Write(string backup) => Durable.Write(PathOf(backup), JsonSerializer.Serialize(this, Readable));

    /// <summary>Null when there is none that can be read.</summary>
    internal static BackupNote? Read(string backup)
    {
        try
        {
            return File.Exists(PathOf(backup)) ? JsonSerializer.Deserialize<BackupNote>(File.ReadAllText(PathOf(backup)), Readable) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
