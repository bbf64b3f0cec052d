using System.Text.Json;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Lies beside the database while a backup takes its place. Until its last step the old one is there, from then on the new one; which it is, tells
/// whether the new one still has its own name.
/// </summary>
/// <param name="From">The backup.</param>
/// <param name="Ready">Where the new one waits.</param>
/// <param name="Saved">Where the state before is; null when there was none.</param>
internal sealed record RestoreMark(string From, string Ready, string? Saved)
{
    private static string PathOf(string database) => $"{database}.restore";

    public void Write(string database) => Durable.Write(PathOf(database), JsonSerializer.Serialize(this));

    public static RestoreMark? Read(string database)
    {
        try
        {
            return File.Exists(PathOf(database)) ? JsonSerializer.Deserialize<RestoreMark>(File.ReadAllText(PathOf(database))) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Remove(string database)
    {
        File.Delete(PathOf(database));
        File.Delete($"{PathOf(database)}.part");
        Durable.FlushFolder(Path.GetDirectoryName(database)!);
    }

    /// <summary>It is done: what waited has taken the database's name.</summary>
    public bool IsDone => !File.Exists(Ready);
}
