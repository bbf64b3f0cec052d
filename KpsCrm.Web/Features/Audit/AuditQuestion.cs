using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

/// <param name="Seq">Null for a row without proof.</param>
public sealed record AuditLine(int Id, long? Seq, string? Hash, string EventType, string? UserId, string? UserName, string? Address, string? Agent, string? Subject, string? Details, string Severity, DateTime At);

/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record AuditPageOfLines(IReadOnlyList<AuditLine> Lines, AuditPlace? Next);

/// <summary>A page of the trail, newest first.</summary>
public sealed record AuditQuestion(AuditFilter Filter, AuditPlace? After, CompanyOptions Company) : IQuestion<AuditPageOfLines>
{
    public const int Size = 50;

    public Topics Of => Topics.Security;

    public async Task<AuditPageOfLines> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var lines = await Lines(Filter.Apply(view.SecurityLogs, Company), After).Take(Size + 1).ToListAsync(cancellationToken);
        return lines.Count <= Size ? new(lines, null) : new(lines[..Size], new(lines[Size - 1].At, lines[Size - 1].Id));
    }

    internal static IQueryable<AuditLine> Lines(IQueryable<SecurityLog> rows, AuditPlace? after)
    {
        if (after is var (at, id))
            rows = rows.Where(l => l.CreatedAt < at || (l.CreatedAt == at && l.Id < id));
        return rows.OrderByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id)
            .Select(l => new AuditLine(l.Id, l.Seq, l.Hash, l.EventType, l.UserId, l.UserName, l.IpAddress, l.UserAgent, l.Subject, l.Details, l.Severity, l.CreatedAt));
    }
}

public sealed record AuditLineQuestion(int Id) : IQuestion<AuditLine?>
{
    public Topics Of => Topics.Security;

    public Task<AuditLine?> AskAsync(CrmView view, CancellationToken cancellationToken) => AuditQuestion.Lines(view.SecurityLogs.Where(l => l.Id == Id), null).SingleOrDefaultAsync(cancellationToken);
}
