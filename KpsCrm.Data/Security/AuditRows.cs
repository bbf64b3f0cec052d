using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>A row of the trail as it stands in the database, whatever somebody has made of it.</summary>
internal sealed record AuditText(int Id, long? Seq, string? Hash, string? CreatedAt, string?[] Fields)
{
    /// <summary>Null when the time is not one that the program wrote.</summary>
    public string? HashOn(string before) =>
        DateTime.TryParse(CreatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var at) && at.Ticks % TimeSpan.TicksPerMillisecond == 0
            ? AuditChain.HashOf(before, Seq, [Id.ToString(CultureInfo.InvariantCulture), at.ToString(AuditChain.Time, CultureInfo.InvariantCulture), .. Fields])
            : null;
}

/// <summary>Reads the trail without a model in between: rows that were tampered with, and the older system's dirt, must not stop it.</summary>
internal static class AuditRows
{
    private static readonly string[] Columns = ["event_type", "user_id", "user_name", "ip_address", "user_agent", "subject", "details", "severity"];

    /// <param name="where">Of our own making; what follows <c>WHERE</c>, with an order.</param>
    public static async IAsyncEnumerable<AuditText> ReadAsync(CrmDbContext db, string where, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var command = db.NewCommand($"SELECT id, seq, hash, {db.UtcText("created_at")}, {string.Join(", ", Columns.Select(c => $"CAST({c} AS TEXT)"))} FROM security_logs WHERE {where}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var fields = new string?[Columns.Length];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = Text(reader, 4 + i);
            yield return new(Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture), await reader.IsDBNullAsync(1, cancellationToken) ? null : Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture),
                Text(reader, 2), Text(reader, 3), fields);
        }
    }

    /// <summary>A chain that begins now, on top of the rows that are there without a hash.</summary>
    public static async Task<SecurityChain> BeginAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        var (rows, upTo, hash) = await OldAsync(db, int.MaxValue, cancellationToken);
        var chain = new SecurityChain
        {
            StartedAt = new(db.Now.Ticks - db.Now.Ticks % TimeSpan.TicksPerMillisecond, DateTimeKind.Utc),
            Nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            OldRows = rows, OldUpTo = upTo, OldHash = hash, Genesis = "", Hash = "",
        };
        var genesis = AuditChain.GenesisOf(chain);
        // Where there are links without a beginning, somebody took it away: the chain goes on, and the check tells.
        var last = await db.SecurityLogs.Where(l => l.Seq != null).OrderByDescending(l => l.Seq).Select(l => new { l.Seq, l.Hash }).FirstOrDefaultAsync(cancellationToken);
        return new()
        {
            StartedAt = chain.StartedAt, Nonce = chain.Nonce, OldRows = rows, OldUpTo = upTo, OldHash = hash, Genesis = genesis, Seq = last?.Seq ?? 0, Hash = last?.Hash ?? genesis,
        };
    }

    /// <summary>The rows without a hash up to an id: how many, the last, and a hash over them all.</summary>
    public static async Task<(int Rows, int UpTo, string Hash)> OldAsync(CrmDbContext db, int upTo, CancellationToken cancellationToken)
    {
        var (rows, last, hash) = (0, 0, AuditChain.Hash("kps1-old"));
        await foreach (var row in ReadAsync(db, string.Create(CultureInfo.InvariantCulture, $"seq IS NULL AND id <= {upTo} ORDER BY id"), cancellationToken))
        {
            hash = AuditChain.Hash([hash, row.Id.ToString(CultureInfo.InvariantCulture), row.CreatedAt, .. row.Fields]);
            (rows, last) = (rows + 1, row.Id);
        }
        return (rows, last, hash);
    }

    private static string? Text(DbDataReader reader, int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
}
