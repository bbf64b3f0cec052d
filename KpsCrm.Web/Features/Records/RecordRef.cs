using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
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

    public ItemRef Item => Kind switch
    {
        RecordKind.Lead => ItemRef.Lead(Id),
        RecordKind.Client => ItemRef.Client(Id),
        _ => ItemRef.Deal(Id),
    };

    /// <summary>The record itself, tracked, within a write; null when it is not there, or not to be seen.</summary>
    internal Task<IEditable?> FindAsync(CrmDbContext db) => FindAsync(db.View.Leads, db.View.Clients, db.View.Deals);

    /// <summary>The same, whether the actor may see it or not.</summary>
    internal Task<IEditable?> FindWhoseverAsync(CrmDbContext db) => FindAsync(db.Leads, db.Clients, db.Deals);

    private async Task<IEditable?> FindAsync(IQueryable<Lead> leads, IQueryable<Client> clients, IQueryable<Deal> deals)
    {
        var id = Id;
        return Kind switch
        {
            RecordKind.Lead => await leads.SingleOrDefaultAsync(l => l.Id == id),
            RecordKind.Client => await clients.SingleOrDefaultAsync(c => c.Id == id),
            _ => await deals.SingleOrDefaultAsync(d => d.Id == id),
        };
    }

    /// <summary>What a task is about; null when about nothing.</summary>
    internal static RecordRef? Of(TaskItem task) =>
        task.DealId is { } deal ? Deal(deal) : task.LeadId is { } lead ? Lead(lead) : task.ClientId is { } client ? Client(client) : null;

    /// <summary>What an activity stands on.</summary>
    internal static RecordRef? Of(Activity activity) =>
        activity.DealId is { } deal ? Deal(deal) : activity.LeadId is { } lead ? Lead(lead) : activity.ClientId is { } client ? Client(client) : null;

    /// <summary>A lead's or client's name, a deal's title.</summary>
    internal static string NameOf(IEditable record) => record switch
    {
        KpsCrm.Data.Leads.Lead lead => lead.Name,
        KpsCrm.Data.Clients.Client client => client.Name,
        _ => ((Deal)record).Title,
    };

    internal static string NounOf(IEditable record) => record switch
    {
        KpsCrm.Data.Leads.Lead => "lead",
        KpsCrm.Data.Clients.Client => "client",
        _ => "deal",
    };

    /// <summary>Whether the asker may see it.</summary>
    internal Task<bool> IsThereAsync(CrmView view)
    {
        var id = Id;
        return Kind switch
        {
            RecordKind.Lead => view.Leads.AnyAsync(l => l.Id == id),
            RecordKind.Client => view.Clients.AnyAsync(c => c.Id == id),
            _ => view.Deals.AnyAsync(d => d.Id == id),
        };
    }

    internal static RecordKind KindOf<T>() where T : IEditable =>
        typeof(T) == typeof(Lead) ? RecordKind.Lead : typeof(T) == typeof(Client) ? RecordKind.Client : RecordKind.Deal;
}
