using System.Text.Json;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Tasks;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>
/// The rows within a narrow reach: records of these owners, and nobody's; with a deal also its client and its lead, without which it can't be worked on.
/// What belongs to records is seen where all of them are seen, so that no name of another comes along.
/// </summary>
internal sealed class Sight(CrmDbContext db, int[] owners)
{
    /// <summary>As a JSON array.</summary>
    private readonly string _owners = JsonSerializer.Serialize(owners);

    public IQueryable<Deal> Deals(IQueryable<Deal> deals) => deals.Where(d => d.OwnerId == null || EF.Parameter(owners).Contains(d.OwnerId.Value));

    public IQueryable<Lead> Leads(IQueryable<Lead> leads)
    {
        var deals = Deals(db.Deals);
        return leads.Where(l => l.OwnerId == null || EF.Parameter(owners).Contains(l.OwnerId.Value) || deals.Any(d => d.LeadId == l.Id && d.DeletedAt == null));
    }

    public IQueryable<Client> Clients(IQueryable<Client> clients)
    {
        var deals = Deals(db.Deals);
        return clients.Where(c => c.OwnerId == null || EF.Parameter(owners).Contains(c.OwnerId.Value) || deals.Any(d => d.ClientId == c.Id && d.DeletedAt == null));
    }

    public IQueryable<Activity> Activities(IQueryable<Activity> activities)
    {
        var (leads, clients, deals) = (LeadIds, ClientIds, DealIds);
        return activities.Where(a => (a.DealId == null || deals.Any(id => id == a.DealId)) && (a.LeadId == null || leads.Any(id => id == a.LeadId)) && (a.ClientId == null || clients.Any(id => id == a.ClientId)));
    }

    /// <summary>A task that is about no record is its owner's.</summary>
    public IQueryable<TaskItem> Tasks(IQueryable<TaskItem> tasks)
    {
        var (leads, clients, deals) = (LeadIds, ClientIds, DealIds);
        return tasks.Where(t => (t.DealId == null || deals.Any(id => id == t.DealId)) && (t.LeadId == null || leads.Any(id => id == t.LeadId)) && (t.ClientId == null || clients.Any(id => id == t.ClientId))
            && (t.DealId != null || t.LeadId != null || t.ClientId != null || t.OwnerId == null || EF.Parameter(owners).Contains(t.OwnerId.Value)));
    }

    public IQueryable<Attachment> Files(IQueryable<Attachment> files)
    {
        var (leads, clients, deals) = (LeadIds, ClientIds, DealIds);
        return files.Where(f => (f.DealId == null || deals.Any(id => id == f.DealId)) && (f.LeadId == null || leads.Any(id => id == f.LeadId)) && (f.ClientId == null || clients.Any(id => id == f.ClientId)));
    }

    public IQueryable<Notification> Notifications(IQueryable<Notification> notifications)
    {
        var (leads, clients, deals) = (LeadIds, ClientIds, DealIds);
        return notifications.Where(n => (n.DealId == null || deals.Any(id => id == n.DealId)) && (n.LeadId == null || leads.Any(id => id == n.LeadId)) && (n.ClientId == null || clients.Any(id => id == n.ClientId)));
    }

    /// <summary>Those that speak of a lead.</summary>
    public IQueryable<OutgoingMail> Mails(IQueryable<OutgoingMail> mails)
    {
        var leads = LeadIds;
        return mails.Where(m => m.LeadId != null && leads.Any(id => id == m.LeadId));
    }

    // By hand, since the recycle bin must not count here: the history tells of what lies there, too, and ignoring the bin's filter in one part of a query ignores it in all.
    private IQueryable<int> DealIds => Ids("deals", "");

    private IQueryable<int> LeadIds => Ids("leads", "lead_id");

    private IQueryable<int> ClientIds => Ids("clients", "client_id");

    private IQueryable<int> Ids(string table, string ofDeal) => db.Database.SqlQueryRaw<int>(Sql(db.IsOneOf, table, ofDeal), _owners);

    private static string Sql(string isOneOf, string table, string ofDeal)
    {
        var seen = $"SELECT id AS \"Value\" FROM {table} WHERE {Owned(table)}";
        return ofDeal.Length == 0 ? seen : $"{seen} OR EXISTS (SELECT 1 FROM deals AS own WHERE own.{ofDeal} = {table}.id AND own.deleted_at IS NULL AND {Owned("own")})";

        string Owned(string of) => $"({of}.owner_id IS NULL OR {of}.owner_id {isOneOf})";
    }
}
