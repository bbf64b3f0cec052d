using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

public sealed record ClientLine(int Id, string Name, string? Company, ClientStatus Status, long TotalValueCents);

public sealed record DealLine(int Id, string Title, DealStage Stage, long AmountCents, DateOnly? CloseOn, int? LeadId);

public sealed record LeadLine(int Id, string Name, string? Service, LeadStatus Status, DateTime CreatedAt);

/// <summary>The lines in which one record names others, the latest first; no more than a page can show.</summary>
internal static class Related
{
    public const int Most = 30;

    public static async Task<IReadOnlyList<ClientLine>> LinesAsync(this IQueryable<Client> clients, CancellationToken cancellationToken) =>
        await clients.OrderByDescending(c => c.Id).Take(Most).Select(c => new ClientLine(c.Id, c.Name, c.Company, c.Status, c.TotalValueCents)).ToListAsync(cancellationToken);

    public static async Task<IReadOnlyList<DealLine>> LinesAsync(this IQueryable<Deal> deals, CancellationToken cancellationToken) =>
        await deals.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(Most)
            .Select(d => new DealLine(d.Id, d.Title, d.Stage, d.AmountCents, d.ActualCloseDate ?? d.ExpectedCloseDate, d.LeadId)).ToListAsync(cancellationToken);

    public static async Task<IReadOnlyList<LeadLine>> LinesAsync(this IQueryable<Lead> leads, CancellationToken cancellationToken) =>
        await leads.OrderByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id).Take(Most).Select(l => new LeadLine(l.Id, l.Name, l.Service, l.Status, l.CreatedAt)).ToListAsync(cancellationToken);
}
