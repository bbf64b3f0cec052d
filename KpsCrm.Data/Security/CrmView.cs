using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Search;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>The rows one person may see: every read of every page, export and endpoint starts from here, and so passes the <see cref="Gate"/>.</summary>
public sealed class CrmView
{
    private readonly CrmDbContext _db;

    internal CrmView(CrmDbContext db, Actor who) => (_db, Who) = (db, who);

    internal CrmDbContext Db => _db;

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

    /// <summary>Whether a lead's mails went out, for everyone who works with it: without subject, text and errors, which are for managers.</summary>
    public IQueryable<MailStanding> MailStates => Gate.Visible(_db.OutgoingMails, Who).Select(m => new MailStanding { Id = m.Id, ActivityId = m.ActivityId, Kind = m.Kind, ToAddress = m.ToAddress, State = m.State, SentAt = m.SentAt });

    public IQueryable<OutgoingMail> Mails => Gate.Visible(_db.OutgoingMails, Who, Role.Manager);
    public IQueryable<TaskItem> Tasks => Gate.Visible(_db.Tasks, Who);
    public IQueryable<Attachment> Attachments => Gate.Visible(_db.Attachments, Who);
    public IQueryable<StoredSetting> Settings => Gate.Visible(_db.StoredSettings, Who);

    /// <summary>One's own.</summary>
    public IQueryable<Notification> Notifications => Gate.Visible(_db.Notifications, Who).Where(n => n.UserId == Who.UserId);

    /// <summary>One's own and the shared ones.</summary>
    public IQueryable<SavedView> SavedViews => Gate.Visible(_db.SavedViews, Who).Where(v => v.IsShared || v.OwnerId == Who.UserId);

    /// <summary>One's own.</summary>
    public IQueryable<DefaultView> DefaultViews => Gate.Visible(_db.DefaultViews, Who).Where(v => v.UserId == Who.UserId);

    /// <summary>What lies in the recycle bin: leads, clients and deals by themselves.</summary>
    public IQueryable<Lead> BinnedLeads => Leads.IgnoreQueryFilters([ColumnSets.Bin]).Where(l => l.DeletedAt != null);

    /// <inheritdoc cref="BinnedLeads"/>
    public IQueryable<Client> BinnedClients => Clients.IgnoreQueryFilters([ColumnSets.Bin]).Where(c => c.DeletedAt != null);

    /// <inheritdoc cref="BinnedLeads"/>
    public IQueryable<Deal> BinnedDeals => Deals.IgnoreQueryFilters([ColumnSets.Bin]).Where(d => d.DeletedAt != null);

    /// <inheritdoc cref="BinnedLeads"/>
    public IQueryable<TaskItem> BinnedTasks => Tasks.IgnoreQueryFilters([ColumnSets.Bin]).Where(t => t.DeletedAt != null);

    /// <inheritdoc cref="BinnedLeads"/>
    public IQueryable<Attachment> BinnedFiles => Attachments.IgnoreQueryFilters([ColumnSets.Bin]).Where(f => f.DeletedAt != null);

    public IQueryable<SecurityLog> SecurityLogs => Gate.Visible(_db.SecurityLogs, Who, Role.Admin);

    /// <summary>The leads, clients or deals that have every word of <paramref name="text"/> somewhere; null when there is nothing to look for.</summary>
    public Task<Found<T>?> FindAsync<T>(string? text, CancellationToken cancellationToken = default) where T : class, IEditable =>
        TextIndex.FindAsync<T>(_db, text, cancellationToken);
}
