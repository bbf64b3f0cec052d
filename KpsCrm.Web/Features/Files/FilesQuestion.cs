using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Files;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Files;

public sealed record FileRow(int Id, string Name, string ContentType, long Bytes, string AddedBy, DateTime AddedAt);

/// <summary>The files of a record, newest first.</summary>
public sealed record FilesQuestion(ItemRef Of) : IQuestion<IReadOnlyList<FileRow>>
{
    Topics IQuestion<IReadOnlyList<FileRow>>.Of => Topics.Files;

    public async Task<IReadOnlyList<FileRow>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var id = Of.Id;
        var files = Of.Kind switch
        {
            ItemKind.Lead => view.Attachments.Where(f => f.LeadId == id),
            ItemKind.Client => view.Attachments.Where(f => f.ClientId == id),
            _ => view.Attachments.Where(f => f.DealId == id),
        };
        return await files.OrderByDescending(f => f.AddedAt).ThenByDescending(f => f.Id)
            .Select(f => new FileRow(f.Id, f.Name, f.ContentType, f.Bytes, f.AddedByName, f.AddedAt)).ToListAsync(cancellationToken);
    }

    /// <summary>A file that may be downloaded: it is not in the recycle bin, and neither is its record.</summary>
    public static Task<Attachment?> FindAsync(CrmView view, int id, CancellationToken cancellationToken) =>
        view.Attachments.Where(f => f.Id == id)
            .Where(f => view.Leads.Any(l => l.Id == f.LeadId) || view.Clients.Any(c => c.Id == f.ClientId) || view.Deals.Any(d => d.Id == f.DealId))
            .FirstOrDefaultAsync(cancellationToken);
}
