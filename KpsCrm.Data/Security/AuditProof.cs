using System.Globalization;

namespace KpsCrm.Data.Security;

/// <summary>What a walk along the audit trail found.</summary>
/// <param name="Rows">Rows in the chain.</param>
/// <param name="Since">UTC; when its first row was written. Null while it is empty.</param>
/// <param name="Seq">The last row's number; the next link stands on it and on <paramref name="Hash"/>.</param>
/// <param name="Unproved">Rows without a hash: of the older system, or written by hand.</param>
/// <param name="Findings">One sentence each; none when the chain is unbroken.</param>
public sealed record AuditProof(long Rows, DateTime? Since, long Seq, string Hash, int Unproved, IReadOnlyList<string> Findings)
{
    /// <summary>Of many findings the first tell enough.</summary>
    private const int MostFindings = 100;

    /// <param name="rows">Those with a number, by number, then id.</param>
    /// <param name="foundations">Of the retention's summary rows, by the last number they removed: what the rest stands on.</param>
    internal static async Task<AuditProof> WalkAsync(SecurityChain? chain, IAsyncEnumerable<AuditText> rows, IReadOnlyDictionary<long, string> foundations, IEnumerable<AuditAnchor> anchors, int unproved)
    {
        var findings = new List<string>();
        var marks = anchors.GroupBy(a => a.Seq).ToDictionary(g => g.Key, g => g.Last());
        long count = 0, last = 0;
        var (hash, lastId) = (chain?.Genesis ?? "", 0);
        DateTime? since = null;
        if (chain is not null && AuditChain.GenesisOf(chain) != chain.Genesis)
            Tell("The beginning of the audit trail (security_chain) was changed.");

        await foreach (var row in rows)
        {
            var seq = row.Seq!.Value;
            if (count == 0 && seq > 1)
            {
                // The rows before were removed: by the retention, which says on what the rest stands, or by somebody else.
                if (foundations.TryGetValue(seq - 1, out var foundation))
                    hash = foundation;
                else
                    Tell($"{Numbers(1, seq - 1)} missing from the audit trail before row {row.Id}, and no summary row accounts for them.");
                last = seq - 1;
                CompareAnchor(last, hash);
                if (!foundations.ContainsKey(last))
                    hash = "";
            }
            if (seq <= last)
                Tell($"Row {row.Id} of the audit trail bears the number {seq}, which is taken.");
            else if (seq > last + 1)
                Tell($"{Numbers(last + 1, seq - 1)} missing from the audit trail between row {lastId} and row {row.Id}.");
            var follows = hash.Length > 0 && seq == last + 1;
            if (row.Hash is null || (follows && row.HashOn(hash) != row.Hash))
                Tell($"Row {row.Id} of the audit trail (no. {seq}) was changed, or does not follow the one before.");
            since ??= Moment(row.CreatedAt);
            (count, last, lastId, hash) = (count + 1, Math.Max(last, seq), row.Id, row.Hash ?? "");
            CompareAnchor(seq, hash);
        }

        CheckEnd();
        return new(count, since, last, hash, unproved, findings);

        void CheckEnd()
        {
            if (chain is null && count > 0)
                Tell("The end of the audit trail (security_chain) is gone, so rows may be missing after the last.");
            if (chain is not null && chain.Seq > last && !(count == 0 && foundations.ContainsKey(chain.Seq)))
                Tell($"{Numbers(last + 1, chain.Seq)} missing from the audit trail at the end{(lastId == 0 ? "" : $", after row {lastId}")}.");
            else if (chain is not null && count > 0 && (chain.Seq < last || chain.Hash != hash))
                Tell($"The end of the audit trail (security_chain) was changed: it does not name row {lastId}, the last.");
            foreach (var mark in marks.Values.Where(m => m.Seq > Math.Max(last, chain?.Seq ?? 0)).TakeLast(1))
                Tell($"{Numbers(last + 1, mark.Seq)} missing from the audit trail at the end: {AuditAnchors.FileName} tells of no. {mark.Seq} on {mark.At}.");
        }

        void CompareAnchor(long seq, string found)
        {
            if (found.Length > 0 && marks.TryGetValue(seq, out var mark) && mark.Hash != found)
                Tell($"Row {(lastId == 0 ? "" : lastId)} of the audit trail (no. {seq}) is not the one that {AuditAnchors.FileName} tells of on {mark.At}: the trail was rewritten up to there.");
        }

        void Tell(string finding)
        {
            if (findings.Count < MostFindings)
                findings.Add(finding);
        }
    }

    private static string Numbers(long from, long to) => from == to ? $"No. {from} is" : $"No. {from} to {to} are";

    private static DateTime? Moment(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
