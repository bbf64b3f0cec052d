using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Maintenance;

/// <summary>
/// Adds the leads of a CSV file by the hundred. A lead whose e-mail address is there already is refused rather than doubled: so an import that broke
/// off can be run again.
/// </summary>
internal static class LeadImport
{
    private const int PerWrite = 100;

    public static async Task<(int Added, IReadOnlyList<(int Line, string Reason)> Refused)> RunAsync(CrmStore store, TimeProvider clock, string path)
    {
        var (added, refused) = (0, new List<(int, string)>());
        try
        {
            foreach (var slice in LeadRows.Read(path, clock.GetUtcNow().UtcDateTime).Chunk(PerWrite))
            {
                refused.AddRange(slice.Where(r => r.Row is null).Select(r => (r.Line, r.Reason!)));
                var (more, known) = await store.WriteAsync(Actor.System, db => AddAsync(db, [.. slice.Select(r => r.Row).OfType<LeadRow>()], Path.GetFileName(path)));
                added += more;
                refused.AddRange(known);
            }
        }
        finally
        {
            // Also of an import that broke off: what it added stays.
            await store.WriteAsync(Actor.System, db =>
            {
                db.Audit(SecurityEvents.Imported, "leads", new { file = Path.GetFileName(path), added, refused = refused.Count, by = Environment.UserName }, SecuritySeverity.Warning);
                return Task.CompletedTask;
            });
        }
        return (added, [.. refused.OrderBy(r => r.Item1)]);
    }

    private static async Task<(int Added, List<(int, string)> Known)> AddAsync(CrmDbContext db, IReadOnlyList<LeadRow> rows, string file)
    {
        var emails = rows.Select(r => r.Lead.Email).ToList();
        var there = await db.Leads.IgnoreQueryFilters().Where(l => emails.Contains(l.Email)).GroupBy(l => l.Email).ToDictionaryAsync(g => g.Key, g => $"lead {g.Min(l => l.Id)}");
        var tops = new Dictionary<LeadStatus, string?>();
        var known = new List<(int, string)>();
        var added = 0;
        foreach (var (line, lead, status) in rows)
        {
            if (!there.TryAdd(lead.Email, $"line {line}"))
            {
                known.Add((line, $"{lead.Email} is there already ({there[lead.Email]})."));
                continue;
            }
            if (!tops.TryGetValue(status, out var top))
                top = await db.Leads.Where(l => l.Status == status).MinAsync(l => l.Rank);
            tops[status] = Rank.Between(null, top);
            lead.MoveTo(status, tops[status]!, db.Actor, lead.CreatedAt, status == LeadStatus.Lost ? "Not recorded" : null);
            db.Leads.Add(lead);
            db.Activities.Add(new Activity { Kind = ActivityKind.Created, Lead = lead, ActorName = db.Actor.Name, Summary = $"added the lead from {file}", At = lead.CreatedAt });
            added++;
        }
        return (added, known);
    }
}
