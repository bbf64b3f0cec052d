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
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>The rows one person may see: every read of every page, export and endpoint starts from here, and so passes the <see cref="Gate"/>.</summary>
public sealed class CrmView
{
    private readonly CrmDbContext _db;

    /// <summary>Null for who sees everything.</summary>
    private readonly Sight? _sight;

    /// <param name="who">As <see cref="Rights"/> knows them at this moment.</param>
    internal CrmView(CrmDbContext db, Actor who) => (_db, Who, _sight) = (db, who, Gate.ReachOf(who).Sees is { } owners ? new Sight(db, owners) : null);

    internal CrmDbContext Db => _db;

    public Actor Who { get; }

    /// <summary>UTC.</summary>
    public DateTime Now => _db.Now;

    public IQueryable<Lead> Leads => Gate.Visible(_sight is null ? _db.Leads : _sight.Leads(_db.Leads), Who);
    public IQueryable<Client> Clients => Gate.Visible(_sight is null ? _db.Clients : _sight.Clients(_db.Clients), Who);
    public IQueryable<Deal> Deals => Gate.Visible(_sight is null ? _db.Deals : _sight.Deals(_db.Deals), Who);
    public IQueryable<Activity> Activities => Gate.Visible(_sight is null ? _db.Activities : _sight.Activities(_db.Activities), Who);
    public IQueryable<User> People => Gate.Visible(_db.Users, Who);
    public IQueryable<AnalyticsEvent> AnalyticsEvents => Gate.Visible(_db.AnalyticsEvents, Who);
    public IQueryable<QuarantinedEnquiry> Quarantine => Gate.Visible(_db.QuarantinedEnquiries, Who, Role.Manager);

    /// <summary>Whether a lead's mails went out, for everyone who works with it: without subject, text and errors, which are for managers.</summary>
    public IQueryable<MailStanding> MailStates => Gate.Visible(_sight is null ? _db.OutgoingMails : _sight.Mails(_db.OutgoingMails), Who).Select(m => new MailStanding { Id = m.Id, ActivityId = m.ActivityId, Kind = m.Kind, ToAddress = m.ToAddress, State = m.State, SentAt = m.SentAt });

    public IQueryable<OutgoingMail> Mails => Gate.Visible(_sight is null ? _db.OutgoingMails : _sight.Mails(_db.OutgoingMails), Who, Role.Manager);
    public IQueryable<TaskItem> Tasks => Gate.Visible(_sight is null ? _db.Tasks : _sight.Tasks(_db.Tasks), Who);
    public IQueryable<Attachment> Attachments => Gate.Visible(_sight is null ? _db.Attachments : _sight.Files(_db.Attachments), Who);
    public IQueryable<StoredSetting> Settings => Gate.Visible(_db.StoredSettings, Who);
    public IQueryable<Team> Teams => Gate.Visible(_db.Teams, Who);
    public IQueryable<RoleRights> RoleRights => Gate.Visible(_db.RoleRights, Who, Role.Admin);

    /// <summary>One's own.</summary>
    public IQueryable<Notification> Notifications => Gate.Visible(_sight is null ? _db.Notifications : _sight.Notifications(_db.Notifications), Who).Where(n => n.UserId == Who.UserId);

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

    /// <summary>One's own; an admin's: everyone's.</summary>
    public IQueryable<Session> Sessions => Gate.Visible(_db.Sessions, Who).Where(s => Who.Role == Role.Admin || s.UserId == Who.UserId);

    /// <summary>One's own.</summary>
    public IQueryable<SecondFactor> SecondFactors => Gate.Visible(_db.SecondFactors, Who).Where(f => Who.Role == Role.Admin || f.UserId == Who.UserId);

    /// <inheritdoc cref="SecondFactors"/>
    public IQueryable<RecoveryCode> RecoveryCodes => Gate.Visible(_db.RecoveryCodes, Who).Where(c => Who.Role == Role.Admin || c.UserId == Who.UserId);

    /// <summary>One's own.</summary>
    public IQueryable<IdentityUserPasskey<int>> Passkeys => Gate.Visible(_db.UserPasskeys, Who).Where(p => p.UserId == Who.UserId);

    /// <summary>The accounts behind the people, for those who look after them.</summary>
    public IQueryable<User> Accounts => Gate.Visible(_db.Users, Who, Role.Admin);

    /// <summary>The ids of those who have a passkey, for those who look after accounts.</summary>
    public IQueryable<int> PasskeyOwners => Gate.Visible(_db.UserPasskeys, Who, Role.Admin).Select(p => p.UserId);

    public IQueryable<SecurityLog> SecurityLogs => Gate.Visible(_db.SecurityLogs, Who, Role.Admin);

    /// <summary>The leads, clients or deals that have every word of <paramref name="text"/> somewhere; null when there is nothing to look for.</summary>
    public async Task<Found<T>?> FindAsync<T>(string? text, CancellationToken cancellationToken = default) where T : class, IEditable
    {
        var found = await TextIndex.FindAsync<T>(_db, text, cancellationToken);
        if (_sight is null || found is null or { IsEmpty: true } || await IsInSightAsync(found))
            return found;
        // Where everything found is out of sight, the person is helped on as if there were nothing: else they could tell that there is.
        return !found.IsSimilar && await TextIndex.FindSimilarAsync<T>(_db, text, cancellationToken) is { } similar && await IsInSightAsync(similar) ? similar : found.OutOfSight();

        async Task<bool> IsInSightAsync(Found<T> some) => await (await some.InAsync(Of<T>(), cancellationToken)).AnyAsync(cancellationToken);
    }

    private IQueryable<T> Of<T>() where T : class, IEditable => typeof(T) == typeof(Lead) ? (IQueryable<T>)Leads : typeof(T) == typeof(Client) ? (IQueryable<T>)Clients : (IQueryable<T>)Deals;
}
