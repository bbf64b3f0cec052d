using System.Globalization;

namespace KpsCrm.Data.Changes;

/// <summary>Changes as the text of a PostgreSQL NOTIFY: <c>origin|topic,id,kind,by;…</c>, in pieces below the limit of 8,000 bytes.</summary>
internal static class Notice
{
    public const string Channel = "kps_changes";
    private const int PerNotice = 80;

    /// <param name="origin">Tells an instance's own notices, which it has published already, from those of the others.</param>
    public static IEnumerable<string> Write(string origin, IReadOnlyList<Change> changes) =>
        changes.Chunk(PerNotice).Select(chunk => $"{origin}|{string.Join(';', chunk.Select(c => string.Create(CultureInfo.InvariantCulture, $"{(int)c.Topic},{c.Id},{(int)c.Kind},{c.By}")))}");

    /// <returns>Null for a notice of our own.</returns>
    public static IReadOnlyList<Change>? Read(string own, string payload)
    {
        var (origin, list) = payload.Split('|', 2) is [var o, var l] ? (o, l) : ("", "");
        if (origin == own)
            return null;
        try
        {
            return [.. list.Split(';').Select(c => c.Split(',')).Select(c => new Change((Topics)int.Parse(c[0], CultureInfo.InvariantCulture), int.Parse(c[1], CultureInfo.InvariantCulture),
                (ChangeKind)int.Parse(c[2], CultureInfo.InvariantCulture), c[3].Length == 0 ? null : int.Parse(c[3], CultureInfo.InvariantCulture)))];
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            // Not ours, or from a newer program: whatever it meant to say, looking again is right.
            return [Change.Everything()];
        }
    }
}
