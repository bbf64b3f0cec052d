using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

public enum RecordKind
{
    Lead,
    Client,
    Deal,
}

/// <summary>One lead, client or deal.</summary>
public readonly record struct RecordRef(RecordKind Kind, int Id)
{
    public static RecordRef Lead(int id) => new(RecordKind.Lead, id);

    public static RecordRef Client(int id) => new(RecordKind.Client, id);

    public static RecordRef Deal(int id) => new(RecordKind.Deal, id);

    /// <summary>"lead"</summary>
    public string Noun => Columns.Word(Kind);

    public string Href => $"/{Noun}s/{Id}";

    /// <summary>The record itself, tracked, within a write; null when it is not there.</summary>
    internal async Task<IEditable?> FindAsync(CrmDbContext db)
    {
        var id = Id;
        return Kind switch
        {
            RecordKind.Lead => await db.Leads.SingleOrDefaultAsync(l => l.Id == id),
            RecordKind.Client => await db.Clients.SingleOrDefaultAsync(c => c.Id == id),
            _ => await db.Deals.SingleOrDefaultAsync(d => d.Id == id),
        };
    }

    internal static RecordKind KindOf<T>() where T : IEditable =>
        typeof(T) == typeof(Lead) ? RecordKind.Lead : typeof(T) == typeof(Client) ? RecordKind.Client : RecordKind.Deal;
}
