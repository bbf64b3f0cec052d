using KpsCrm.Data.Files;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>
/// Every attached file is there as it was added, and no file is there that no row refers to. A repair takes missing content from a backup that has it, or from what was taken away,
/// and moves what belongs to nothing into a folder of its own; nothing is deleted.
/// </summary>
internal sealed class FileCheck(CrmStore store, FileStore files, DatabaseOptions options) : IDataCheck
{
    public string Name => "Attached files";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        foreach (var (file, problem) in await BrokenAsync(cancellationToken))
        {
            var kept = await ElsewhereAsync(file, cancellationToken);
            run.Tell(Gravity.Damage, $"The content of file {file.Id} ({file.Name}) {problem}: {files.PathOf(file.StoredAs)}.{(kept is null ? "" : $" It is still here: {kept}.")}", "attachments", file.Id, mends: kept is not null);
        }
        foreach (var orphan in await files.OrphansAsync(cancellationToken))
            run.Tell(Gravity.Untidy, $"No row refers to the file {orphan}; the running program takes it away within an hour, unless it is older than the database.", mends: true);
    }

    public async Task<IReadOnlyList<string>> RepairAsync(Actor who, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var (file, _) in await BrokenAsync(cancellationToken))
        {
            if (await ElsewhereAsync(file, cancellationToken) is not { } kept)
                continue;
            var path = files.PathOf(file.StoredAs);
            if (File.Exists(path))
                files.SetAside(path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(kept, path, overwrite: false);
            await NoteAsync(who, $"files/{file.Id}", new { file.Name, from = kept }, cancellationToken);
            done.Add($"The content of file {file.Id} ({file.Name}) was brought back from {kept}.");
        }
        foreach (var orphan in await files.OrphansAsync(cancellationToken))
        {
            var to = files.SetAside(orphan);
            await NoteAsync(who, $"orphan/{Path.GetFileName(orphan)}", new { movedTo = to }, cancellationToken);
            done.Add($"{orphan} was moved to {to}.");
        }
        return done;
    }

    /// <summary>Rows whose content is missing or not what it was. What was purged while this looked is not among them.</summary>
    private async Task<List<(StoredFile File, string Problem)>> BrokenAsync(CancellationToken cancellationToken)
    {
        var broken = new List<(StoredFile, string)>();
        foreach (var file in await store.ReadAsync(Actor.System, view => view.Db.Attachments.IgnoreQueryFilters().OrderBy(f => f.Id).Select(f => new StoredFile(f.Id, f.Name, f.StoredAs, f.Bytes, f.Sha256)).ToListAsync(cancellationToken), cancellationToken))
        {
            if (await FileStore.ProblemAsync(files.PathOf(file.StoredAs), file.Bytes, file.Sha256, cancellationToken) is { } problem
                && await store.ReadAsync(Actor.System, view => view.Db.Attachments.IgnoreQueryFilters().AnyAsync(f => f.Id == file.Id, cancellationToken), cancellationToken))
                broken.Add((file, problem));
        }
        return broken;
    }

    private async Task<string?> ElsewhereAsync(StoredFile file, CancellationToken cancellationToken)
    {
        var places = Directory.EnumerateDirectories(options.Folder, "backup_*.files").OrderDescending(StringComparer.Ordinal).Select(folder => FileStore.PathIn(folder, file.StoredAs));
        var taken = Directory.Exists(files.LostAndFound) ? Directory.EnumerateFiles(files.LostAndFound, file.StoredAs, SearchOption.AllDirectories) : [];
        foreach (var path in places.Concat(taken))
        {
            if (await FileStore.ProblemAsync(path, file.Bytes, file.Sha256, cancellationToken) is null)
                return path;
        }
        return null;
    }

    private Task NoteAsync(Actor who, string subject, object details, CancellationToken cancellationToken) => store.WriteAsync(who, db =>
    {
        db.Audit(SecurityEvents.Repaired, subject, details);
        return Task.CompletedTask;
    }, cancellationToken);

    private sealed record StoredFile(int Id, string Name, string StoredAs, long Bytes, string Sha256);
}
