using System.Text.Json;
using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Security;

/// <summary>Proves that the audit trail is unbroken, and anchors where it stands.</summary>
public sealed class AuditCheck(IProvider provider, AuditAnchors anchors, TimeProvider clock, ILogger<AuditCheck> log)
{
    private long _anchored;

    /// <summary>Reads every row; takes seconds where there are millions.</summary>
    public async Task<AuditProof> RunAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        // One snapshot, whatever is written meanwhile.
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        var chain = await db.Set<SecurityChain>().SingleOrDefaultAsync(cancellationToken);
        var foundations = new Dictionary<long, string>();
        var oldWereRemoved = false;
        await foreach (var row in AuditRows.ReadAsync(db, $"event_type = '{SecurityEvents.AuditPurged}' AND seq IS NOT NULL ORDER BY seq", cancellationToken))
        {
            if (AuditSummary.Of(row.Fields[6]) is not { } summary)
                continue;
            oldWereRemoved |= summary.Unproved > 0;
            if (summary is { To: > 0, Hash: { } hash })
                foundations[summary.To] = hash;
        }
        var unproved = await db.SecurityLogs.CountAsync(l => l.Seq == null, cancellationToken);
        var marks = anchors.Read();
        var proof = await AuditProof.WalkAsync(chain, AuditRows.ReadAsync(db, "seq IS NOT NULL ORDER BY seq, id", cancellationToken), foundations, marks.Where(m => m.Genesis == chain?.Genesis), unproved);
        if (marks.LastOrDefault(m => m.Genesis != chain?.Genesis) is { } other)
            proof = proof with { Findings = [.. proof.Findings, $"The audit trail is not the one that {AuditAnchors.FileName} tells of: that one stood at no. {other.Seq} on {other.At}. If you put another database here, say so with 'db restored'."] };
        return chain is not null && !oldWereRemoved && await AuditRows.OldAsync(db, chain.OldUpTo, cancellationToken) is var old && (old.Rows, old.Hash) != (chain.OldRows, chain.OldHash)
            ? proof with { Findings = [.. proof.Findings, $"The {chain.OldRows} rows of the audit trail from before the chain (up to row {chain.OldUpTo}) were changed."] }
            : proof;
    }

    /// <summary>What was anchored before counts no more: a backup has been put in the database's place.</summary>
    public async Task AnchorRestoredAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        SecurityChain? chain;
        try
        {
            chain = await db.Set<SecurityChain>().SingleOrDefaultAsync(cancellationToken);
        }
        catch (System.Data.Common.DbException)
        {
            // A backup of an earlier version has no chain yet.
            chain = null;
        }
        anchors.AddRestored(clock.GetUtcNow().UtcDateTime, chain?.Genesis ?? "-", chain?.Seq ?? 0, chain?.Hash ?? "-");
        _anchored = chain?.Seq ?? 0;
    }

    /// <summary>The database was made anew, or an older system's file took its place.</summary>
    public Task BeganAnewAsync(CancellationToken cancellationToken = default) => anchors.Any ? AnchorRestoredAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Notes outside the database where the chain stands, if it has grown since the last time.</summary>
    public async Task AnchorAsync(string why, CancellationToken cancellationToken = default)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        if (await db.Set<SecurityChain>().SingleOrDefaultAsync(cancellationToken) is not { Seq: > 0 } chain || chain.Seq == _anchored)
            return;
        anchors.Add(clock.GetUtcNow().UtcDateTime, chain.Genesis, chain.Seq, chain.Hash, why);
        _anchored = chain.Seq;
        log.LogInformation("The audit trail stands at no. {Seq}, {Hash}", chain.Seq, chain.Hash);
    }
}

/// <summary>What the retention removed: the details of its row.</summary>
/// <param name="Hash">Of the last removed row.</param>
/// <param name="Unproved">Removed rows that never had a hash.</param>
internal sealed record AuditSummary(long From, long To, string? Hash, int Rows, int Unproved)
{
    public static AuditSummary? Of(string? details)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditSummary>(details ?? "null", JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
