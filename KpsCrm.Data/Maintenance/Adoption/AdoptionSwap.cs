using System.Text.Json;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Puts the adopted file in the database's place. From the moment the note of it lies beside the database it is decided, and whoever comes next after a
/// kill ends it: the older file has its second name (with its -wal) before the first is taken from it, and at no moment does the new file meet the old -wal.
/// </summary>
/// <param name="Keep">The older file's name from now on; null when another file was adopted, which stays where it is.</param>
/// <param name="Hash">Of the file that is replaced, and what lay beside it.</param>
internal sealed record AdoptionSwap(string? Keep, string Hash, string Report)
{
    private static string NoteOf(string path) => $"{path}.adoption";

    /// <summary>The new file, finished, before it takes its place.</summary>
    public static string Ready(string path) => $"{path}.adopted";

    public static bool IsDecided(string path) => File.Exists(NoteOf(path));

    public async Task RunAsync(string path)
    {
        var note = NoteOf(path);
        await using (var file = new FileStream($"{note}.part", FileMode.Create))
        {
            await JsonSerializer.SerializeAsync(file, this);
            file.Flush(flushToDisk: true);
        }
        File.Move($"{note}.part", note, overwrite: true);
        Durable.FlushName(path);
        End(path);
    }

    /// <summary>Ends what was decided.</summary>
    /// <returns>Null when nothing was, or when the older system has written since: then the adoption begins again.</returns>
    public static async Task<AdoptionSwap?> EndAsync(string path)
    {
        if (!IsDecided(path))
            return null;
        var swap = JsonSerializer.Deserialize<AdoptionSwap>(await File.ReadAllTextAsync(NoteOf(path)))!;
        var isIn = !File.Exists(Ready(path));
        // A -wal that has gone already lies beside the kept name.
        if (!isIn && swap.Keep is { } keep && !(File.Exists(keep) ? new[] { path, keep } : [path]).Any(p => LegacyCopy.HashOf(p) == swap.Hash))
        {
            File.Delete(Ready(path));
            File.Delete(NoteOf(path));
            return null;
        }
        swap.End(path);
        return swap;
    }

    private void End(string path)
    {
        if (File.Exists(Ready(path)))
        {
            if (Keep is not null)
            {
                foreach (var part in LegacyFile.Parts.Where(part => File.Exists(path + part) && !File.Exists(Keep + part)))
                    Durable.SecondName(path + part, Keep + part);
                Durable.FlushName(path);
            }
            foreach (var part in new[] { "-wal", "-shm", "-journal" })
                File.Delete(path + part);
            Durable.FlushName(path);
            File.Move(Ready(path), path, overwrite: true);
            Durable.FlushName(path);
        }
        File.Delete(NoteOf(path));
    }
}
