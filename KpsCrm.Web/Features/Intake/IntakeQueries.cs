using KpsCrm.Data;
using KpsCrm.Data.Leads;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Intake;

/// <summary>What intake must know before it writes, in one round trip. Compiled once: it runs for every enquiry while other writers wait.</summary>
internal sealed class IntakeQueries
{
    private enum What
    {
        Done,
        Open,
        Top,
    }

    private readonly Func<CrmDbContext, string, string, DateTime, IAsyncEnumerable<Row>> _find =
        EF.CompileAsyncQuery((CrmDbContext db, string requestId, string email, DateTime since) =>
            db.Activities.Where(a => a.RequestId == requestId).Select(a => new Row { What = (int)What.Done, Id = a.LeadId, Rank = null })
            .Concat(db.Leads
                .Where(l => l.Email == email && l.Status != LeadStatus.Won && l.Status != LeadStatus.Lost
                    && (l.CreatedAt >= since || db.Activities.Any(a => a.LeadId == l.Id && a.Kind == Data.Activities.ActivityKind.Enquiry && a.At >= since)))
                .OrderByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id).Take(1)
                .Select(l => new Row { What = (int)What.Open, Id = l.Id, Rank = null }))
            .Concat(db.Leads.Where(l => l.Status == LeadStatus.New).OrderBy(l => l.Rank).Take(1)
                .Select(l => new Row { What = (int)What.Top, Id = l.Id, Rank = l.Rank })));

    public async Task<(int? Done, int? Open, string? TopRank)> FindAsync(CrmDbContext db, string? requestId, string email, DateTime since)
    {
        (int?, int?, string?) found = default;
        await foreach (var row in _find(db, requestId ?? "", email, since))
        {
            switch ((What)row.What)
            {
                case What.Done: found.Item1 = row.Id; break;
                case What.Open: found.Item2 = row.Id; break;
                case What.Top: found.Item3 = row.Rank; break;
            }
        }
        return found;
    }

    public Task<bool> IsHeldAsync(CrmDbContext db, string? requestId) =>
        requestId is null ? Task.FromResult(false) : db.QuarantinedEnquiries.AnyAsync(q => q.RequestId == requestId);

    private sealed class Row
    {
        public int What { get; init; }
        public int? Id { get; init; }
        public string? Rank { get; init; }
    }
}
