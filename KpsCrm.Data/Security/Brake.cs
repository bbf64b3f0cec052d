using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Security;

/// <summary>How often something may be tried: some tries at once, then one after each pause; pauses double up to the longest. A day without a try forgets all.</summary>
/// <param name="Free">Tries before the first pause.</param>
public sealed record BrakeSchedule(int Free, TimeSpan FirstPause, TimeSpan LongestPause)
{
    /// <summary>Five guesses, then 15 s, 30 s, 1 min … 15 min: some 100 a day for one place, and nobody waits longer than that.</summary>
    public static BrakeSchedule Guesses { get; } = new(5, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(15));
}

/// <summary>Counts the tries at one lock from one place; what lock and which place is only a hash here.</summary>
public sealed class Brake
{
    public required string Key { get; init; }
    public int Tries { get; init; }

    /// <summary>Unix milliseconds; no try before.</summary>
    public long NextTryAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long LastTryAt { get; init; }
}

/// <param name="Wait">Null when the try may be made.</param>
/// <param name="Tries">This one included; 0 when it has to wait.</param>
public readonly record struct BrakeAnswer(TimeSpan? Wait, int Tries);

public static class Brakes
{
    private const long Forgotten = 24 * 60 * 60 * 1000;

    /// <summary>
    /// Takes a try before it is made, by one statement: however many come at the same moment, no more are let through than the schedule has.
    /// A try that succeeds is given back with <see cref="ReleaseAsync"/>.
    /// </summary>
    public static async Task<BrakeAnswer> TryAsync(CrmDbContext db, string what, BrakeSchedule schedule)
    {
        var now = new DateTimeOffset(db.Now).ToUnixTimeMilliseconds();
        var tries = await ScalarAsync(db, """
            INSERT INTO brakes (key, tries, next_try_at, last_try_at) VALUES (@key, 1, @now + CASE WHEN @free <= 1 THEN @first ELSE 0 END, @now)
            ON CONFLICT (key) DO UPDATE SET
                tries = CASE WHEN brakes.last_try_at < @now - @forgotten THEN 1 ELSE brakes.tries + 1 END,
                next_try_at = @now + CASE
                    WHEN brakes.last_try_at < @now - @forgotten OR brakes.tries + 1 < @free THEN 0
                    WHEN brakes.tries + 1 - @free >= 20 OR @first * (1 << (brakes.tries + 1 - @free)) > @longest THEN @longest
                    ELSE @first * (1 << (brakes.tries + 1 - @free)) END,
                last_try_at = @now
            WHERE brakes.next_try_at <= @now
            RETURNING tries
            """, ("key", KeyOf(what)), ("now", now), ("free", schedule.Free), ("first", (long)schedule.FirstPause.TotalMilliseconds), ("longest", (long)schedule.LongestPause.TotalMilliseconds), ("forgotten", Forgotten));
        if (tries > 0)
            return new(null, (int)tries);
        var next = await ScalarAsync(db, "SELECT next_try_at FROM brakes WHERE key = @key", ("key", KeyOf(what)));
        return new(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), 0);
    }

    /// <summary>The right answer was given: earlier mistakes are forgotten.</summary>
    public static Task ReleaseAsync(CrmDbContext db, string what) => ScalarAsync(db, "DELETE FROM brakes WHERE key = @key", ("key", KeyOf(what)));

    /// <summary>Forgets what a day has passed over.</summary>
    public static Task SweepAsync(CrmDbContext db) =>
        ScalarAsync(db, "DELETE FROM brakes WHERE last_try_at < @before", ("before", new DateTimeOffset(db.Now).ToUnixTimeMilliseconds() - Forgotten));

    private static string KeyOf(string what) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(what)));

    private static async Task<long> ScalarAsync(CrmDbContext db, string sql, params (string Name, object Value)[] values)
    {
        var command = db.CommandFor(sql);
        command.Parameters.Clear();
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + name, value);
            command.Parameters.Add(parameter);
        }
        return await command.ExecuteScalarAsync() is { } result and not DBNull ? Convert.ToInt64(result, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }
}

internal sealed class BrakeConfiguration : IEntityTypeConfiguration<Brake>
{
    public void Configure(EntityTypeBuilder<Brake> brake)
    {
        brake.ToTable("brakes");
        brake.HasKey(b => b.Key);
        brake.Property(b => b.Key).HasMaxLength(64);
        brake.HasIndex(b => b.LastTryAt);
    }
}
