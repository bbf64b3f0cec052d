namespace KpsCrm.Data.Maintenance;

/// <summary>Carries a backup to a second folder, on another disk if the firm is wise, and reads it back there.</summary>
internal static class SecondCopy
{
    /// <exception cref="TroubleException">It is not there.</exception>
    public static async Task<string> MakeAsync(BackupReport backup, string folder, DiskSpace space, CancellationToken cancellationToken)
    {
        // Not created: a disk that is not mounted would be an empty folder on this one.
        if (!Directory.Exists(folder))
            throw new TroubleException($"There is no folder {folder}");
        using var turn = await BackupTurn.TakeAsync(folder, cancellationToken);
        BackupTurn.Clean(folder);
        var files = Backup.FilesOf(backup.Path);
        space.Demand(folder, backup.Bytes, "The copy of the backup");
        var work = BackupTurn.NewWork(folder);
        try
        {
            var data = Path.Combine(work, "data");
            File.Copy(backup.Path, data);
            Durable.FlushFile(data);
            if (await Backup.HashAsync(data, cancellationToken) != backup.Note.Sha256)
                throw new TroubleException("What was written there reads otherwise");
            if (Directory.Exists(files))
            {
                CopyFiles(files, Path.Combine(work, "files"), Newest(folder));
                if (!await FileCopies.AreInAsync(files, Path.Combine(work, "files"), cancellationToken))
                    throw new TroubleException("An attached file that was written there reads otherwise");
            }
            var path = FreeName(folder, backup);
            BackupTurn.Note(work, path);
            if (Directory.Exists(Path.Combine(work, "files")))
                Durable.Rename(Path.Combine(work, "files"), Backup.FilesOf(path));
            backup.Note.Write(path);
            Durable.Rename(data, path);
            return path;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The same name; where another firm's backup has it, the next that is free.</summary>
    private static string FreeName(string folder, BackupReport backup)
    {
        var path = Path.Combine(folder, Path.GetFileName(backup.Path));
        return File.Exists(path) || Directory.Exists(Backup.FilesOf(path)) || File.Exists(BackupNote.PathOf(path))
            ? BackupFile.FreeName(folder, new DateTimeOffset(backup.Note.MadeAt, TimeSpan.Zero), Path.GetExtension(path)) : path;
    }

    /// <summary>Files never change: what an earlier backup has there already needs no second place on the disk.</summary>
    private static void CopyFiles(string from, string to, string? earlier)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, file);
            var target = Path.Combine(to, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (earlier is null || new FileInfo(Path.Combine(earlier, name)) is not { Exists: true } there || there.Length != new FileInfo(file).Length || !FileCopies.TryTake(there.FullName, target))
                File.Copy(file, target);
        }
    }

    private static string? Newest(string folder) => BackupFile.In(folder).Select(b => Backup.FilesOf(b.Path)).FirstOrDefault(Directory.Exists);
}
