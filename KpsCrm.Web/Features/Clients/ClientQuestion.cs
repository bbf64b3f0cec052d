using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Clients;

public sealed record ClientRecord(Client Client, string? Owner, string? LeadName, IReadOnlyList<TimelineRow> Activities);

/// <summary>One client with its history; null when there is none of that number.</summary>
public sealed record ClientQuestion(int Id) : IQuestion<ClientRecord?>
{
    public Topics Of => Topics.Clients | Topics.Leads | Topics.Activities | Topics.Users;

    public async Task<ClientRecord?> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.Clients.Where(c => c.Id == Id).Select(c => new { Client = c, Owner = c.Owner!.Name, Lead = c.Lead!.Name }).FirstOrDefaultAsync(cancellationToken) is { } found
            ? new(found.Client, found.Owner, found.Lead, await TimelineQuestion.AskAsync(view, a => a.ClientId == Id, cancellationToken))
            : null;
}
