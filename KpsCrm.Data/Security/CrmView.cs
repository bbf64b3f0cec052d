using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Users;

namespace KpsCrm.Data.Security;

/// <summary>The rows one person may see: every read of every page, export and endpoint starts from here, and so passes the <see cref="Gate"/>.</summary>
public sealed class CrmView
{
    private readonly CrmDbContext _db;

    internal CrmView(CrmDbContext db, Actor who) => (_db, Who) = (db, who);

    public Actor Who { get; }

    /// <summary>UTC.</summary>
    public DateTime Now => _db.Now;

    public IQueryable<Lead> Leads => Gate.Visible(_db.Leads, Who);
    public IQueryable<Client> Clients => Gate.Visible(_db.Clients, Who);
    public IQueryable<Deal> Deals => Gate.Visible(_db.Deals, Who);
    public IQueryable<Activity> Activities => Gate.Visible(_db.Activities, Who);
    public IQueryable<User> People => Gate.Visible(_db.Users, Who);
    public IQueryable<AnalyticsEvent> AnalyticsEvents => Gate.Visible(_db.AnalyticsEvents, Who);
    public IQueryable<QuarantinedEnquiry> Quarantine => Gate.Visible(_db.QuarantinedEnquiries, Who, Role.Manager);
    public IQueryable<OutgoingMail> Mails => Gate.Visible(_db.OutgoingMails, Who, Role.Manager);
    public IQueryable<SecurityLog> SecurityLogs => Gate.Visible(_db.SecurityLogs, Who, Role.Admin);
}
