namespace KpsCrm.Data.Changes;

/// <summary>
/// Short words between the instances of the program that touch no row and are not kept: who looks at what. What is missed is missed.
/// Where there is only one instance (SQLite) nobody hears them.
/// </summary>
public sealed class Whispers
{
    public const string Channel = "kps_whispers";

    /// <summary>PostgreSQL takes less than 8,000 bytes.</summary>
    public const int MostBytes = 7_900;

    internal Func<string, Task>? Carrier { get; set; }

    /// <summary>There may be other instances.</summary>
    public bool Carries => Carrier is not null;

    /// <summary>What was said, by other instances and by this one. Called on any thread; must not throw.</summary>
    public event Action<string>? Heard;

    /// <summary>The line was down: others may have said anything meanwhile.</summary>
    public event Action? Reconnected;

    /// <exception cref="System.Data.Common.DbException">The database does not answer.</exception>
    public Task SayAsync(string words) => Carrier?.Invoke(words) ?? Task.CompletedTask;

    internal void Hear(string words) => Heard?.Invoke(words);

    internal void Reconnect() => Reconnected?.Invoke();
}
