using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

/// <summary>What stands beside an activity: asked once per page, and only when the page has such entries.</summary>
internal static class TimelineDetails
{
    /// <summary>A corrected note shows its latest words, in its own place.</summary>
    public static async Task<List<TimelineEntry>> WithCorrectionsAsync(CrmView view, List<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        var ids = entries.Where(e => e.Kind is ActivityKind.Note or ActivityKind.Call).Select(e => e.Id).ToList();
        if (ids.Count == 0)
            return entries;

        // A correction may have been corrected, too: from each to the next, until none is left. Few notes are corrected at all.
        var latest = new Dictionary<int, TimelineEntry>();
        for (var roots = ids.ToDictionary(id => id); roots.Count > 0;)
        {
            var of = roots.Keys.ToList();
            var found = await view.Activities.Where(a => a.ReplacesId != null && of.Contains(a.ReplacesId.Value)).OrderBy(a => a.Id)
                .Select(a => new { Of = a.ReplacesId!.Value, a.Id, a.Summary, a.Detail, a.At }).ToListAsync(cancellationToken);
            foreach (var c in found)
            {
                var entry = entries.Find(e => e.Id == roots[c.Of])!;
                var before = latest.GetValueOrDefault(entry.Id, entry);
                latest[entry.Id] = before with
                {
                    Summary = c.Summary,
                    Detail = c.Detail,
                    Corrected = new(c.Id, c.At, [.. before.Corrected?.Before ?? [], new(before.Summary, before.Detail, before.Corrected?.At ?? before.At)]),
                };
            }
            roots = found.ToDictionary(c => c.Id, c => roots[c.Of]);
        }
        return latest.Count == 0 ? entries : entries.ConvertAll(e => latest.GetValueOrDefault(e.Id, e));
    }

    public static async Task<List<TimelineEntry>> WithMailsAsync(CrmView view, List<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        var ids = entries.Where(e => e.Kind is ActivityKind.Created or ActivityKind.Enquiry or ActivityKind.Mail).Select(e => e.Id).ToList();
        if (ids.Count == 0)
            return entries;

        var mails = (await view.MailStates.Where(m => m.ActivityId != null && ids.Contains(m.ActivityId.Value)).OrderBy(m => m.Id)
            .Select(m => new MailLine(m.ActivityId!.Value, m.Kind, m.ToAddress, m.State, m.SentAt)).ToListAsync(cancellationToken)).ToLookup(m => m.ActivityId);
        return entries.ConvertAll(e => mails.Contains(e.Id) ? e with { Mails = [.. mails[e.Id]] } : e);
    }

    /// <summary>Each move tells how long the record stood in the stage it left: since the move before, else since it was made.</summary>
    public static async Task<List<TimelineEntry>> WithTimesAsync(CrmView view, List<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        var since = new Dictionary<int, DateTime>();
        foreach (var moves in entries.Where(e => e.Kind == ActivityKind.Moved).GroupBy(e => e.Deal is { } deal ? RecordRef.Deal(deal.Id) : RecordRef.Lead(e.Lead?.Id ?? 0)))
        {
            TimelineEntry? later = null;
            foreach (var move in moves)
            {
                if (later is not null)
                    since[later.Id] = move.At;
                later = move;
            }
            if (await BeganAsync(view, moves.Key, later!, cancellationToken) is { } began)
                since[later!.Id] = began;
        }
        return since.Count == 0 ? entries : entries.ConvertAll(e => since.TryGetValue(e.Id, out var began) && e.At >= began ? e with { InStage = e.At - began } : e);
    }

    private static async Task<DateTime?> BeganAsync(CrmView view, RecordRef record, TimelineEntry move, CancellationToken cancellationToken)
    {
        var (at, id) = (move.At, move.Id);
        return await view.ActivitiesOf(record).Where(a => a.Kind == ActivityKind.Moved && a.At <= at && (a.At < at || a.Id < id))
                .OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Select(a => (DateTime?)a.At).FirstOrDefaultAsync(cancellationToken)
            ?? (record.Kind == RecordKind.Deal
                ? await view.Deals.Where(d => d.Id == record.Id).Select(d => (DateTime?)d.CreatedAt).FirstOrDefaultAsync(cancellationToken)
                : await view.Leads.Where(l => l.Id == record.Id).Select(l => (DateTime?)l.CreatedAt).FirstOrDefaultAsync(cancellationToken));
    }
}
