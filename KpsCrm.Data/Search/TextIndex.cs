using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;

namespace KpsCrm.Data.Search;

internal static class TextIndex
{
    public static Task<Found<T>?> FindAsync<T>(CrmDbContext db, string? text, CancellationToken cancellationToken) where T : class, IEditable
    {
        _ = (db, cancellationToken);
        return Task.FromResult(TextSearch.Clean(text) is { } sought ? new Found<T>(rows => (IQueryable<T>)Containing(rows, sought)) : null);
    }

    private static IQueryable Containing(IQueryable rows, string text) => rows switch
    {
        IQueryable<Lead> leads => leads.Containing(text, l => l.Name, l => l.Email, l => l.Company, l => l.Phone),
        IQueryable<Client> clients => clients.Containing(text, c => c.Name, c => c.Email, c => c.Company, c => c.Phone),
        IQueryable<Deal> deals => deals.Containing(text, d => d.Title, d => d.Client!.Name, d => d.Client!.Company),
        _ => throw new NotSupportedException(),
    };
}
