using System.Diagnostics;
using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>A line a second for whoever waits.</summary>
internal sealed class Progress(Action<string> tell)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private long _told = Stopwatch.GetTimestamp();

    /// <summary>Looks at the clock now and then only.</summary>
    public bool IsDue(long done) => done % 512 == 0 && Stopwatch.GetElapsedTime(_told) >= Every;

    public void Tell(string what, long done, long? of)
    {
        tell(string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0}{(of is { } all ? $" of {all:N0}" : "")}"));
        _told = Stopwatch.GetTimestamp();
    }
}
