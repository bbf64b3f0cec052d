using System.Globalization;

namespace KpsCrm.Data.Security;

/// <param name="At">UTC, as text.</param>
/// <param name="Genesis">Which chain.</param>
internal sealed record AuditAnchor(string At, string Genesis, long Seq, string Hash);

/// <summary>
/// Where the trail stood, and when, in a file beside the data: whoever can write the database alone cannot rewrite what was anchored. One line each:
/// time, chain, number, hash, why. After a restore, what was anchored before counts no more.
/// </summary>
public sealed class AuditAnchors(DatabaseOptions options)
{
    public const string FileName = "audit-anchors.log";
    private const string AfterRestore = "restored";

    private readonly Lock _lock = new();

    internal string Path => System.IO.Path.Combine(options.Folder, FileName);

    internal bool Any => File.Exists(Path);

    /// <summary>Those that count, of whatever chain.</summary>
    internal IReadOnlyList<AuditAnchor> Read()
    {
        if (!Any)
            return [];
        var anchors = new List<AuditAnchor>();
        using var file = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (file.ReadLine() is { } line)
        {
            if (line.Split(' ') is not [var at, var chain, var number, var hash, var why] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
                continue;
            if (why == AfterRestore)
                anchors.Clear();
            if (seq > 0)
                anchors.Add(new(at, chain, seq, hash));
        }
        return anchors;
    }

    /// <param name="why">One word.</param>
    internal void Add(DateTime at, string genesis, long seq, string hash, string why)
    {
        lock (_lock)
        {
            Directory.CreateDirectory(options.Folder);
            using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            using var line = new StreamWriter(file);
            line.Write(string.Create(CultureInfo.InvariantCulture, $"{at.ToString(AuditChain.Time, CultureInfo.InvariantCulture)} {genesis} {seq} {hash} {why}\n"));
        }
    }

    internal void AddRestored(DateTime at, string genesis, long seq, string hash) => Add(at, genesis, seq, hash, AfterRestore);
}
