using System.Data.Common;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;

namespace KpsCrm.Data;

/// <summary>
/// The database. Collects what each save changes and hands it to the <see cref="ChangeFeed"/> once it is committed:
/// nothing else publishes, a rolled-back save publishes nothing, a committed one always does.
/// </summary>
public abstract partial class CrmDbContext(DbContextOptions options) : IdentityUserContext<User, int>(options)
{
    private readonly List<Change> _uncommitted = [];
    private readonly HashSet<IEditable> _made = [];
    private CrmView? _view;

    public DbSet<Lead> Leads => Set<Lead>();
    public DbSet<Client> Clients => Set<Client>();
    public DbSet<Deal> Deals => Set<Deal>();
    public DbSet<Activity> Activities => Set<Activity>();
    public DbSet<AnalyticsEvent> AnalyticsEvents => Set<AnalyticsEvent>();
    public DbSet<SecurityLog> SecurityLogs => Set<SecurityLog>();
    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();
    public DbSet<QuarantinedEnquiry> QuarantinedEnquiries => Set<QuarantinedEnquiry>();
    public DbSet<TaskItem> Tasks => Set<TaskItem>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<Attachment> Attachments => Set<Attachment>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<DefaultView> DefaultViews => Set<DefaultView>();
    public DbSet<StoredSetting> StoredSettings => Set<StoredSetting>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<Brake> Brakes => Set<Brake>();
    public DbSet<Team> Teams => Set<Team>();
    public DbSet<RoleRights> RoleRights => Set<RoleRights>();

    /// <summary>Who this context acts for; named in what it publishes.</summary>
    public Actor Actor { get; private set; } = Actor.System;

    /// <summary>The question or command this context is open for, so that a slow statement can be laid at its door.</summary>
    internal object? Asker { get; set; }

    /// <summary>What the last question took until its first row.</summary>
    internal TimeSpan UntilFirstRow { get; set; }

    internal TimeProvider Clock { get; private set; } = TimeProvider.System;
    private ChangeFeed? Feed { get; set; }

    /// <summary>UTC.</summary>
    public DateTime Now => Clock.GetUtcNow().UtcDateTime;

    internal CrmDbContext For(Actor actor, TimeProvider clock, ChangeFeed feed, Rights rights)
    {
        (Actor, Clock, Feed, Rights, _view, Asker) = (actor, clock, feed, rights, null, null);
        SealsBeforeCommit = ActsForVisitor = false;
        _uncommitted.Clear();
        _unsealed.Clear();
        _made.Clear();
        return this;
    }

    /// <summary>The rows that this context's actor may see: a command looks up here what a person names by its number.</summary>
    public CrmView View => _view ??= new CrmView(this, Actor);

    /// <summary>What follows is a visitor's doing, which the actor only lets in: it touches records whoever's they are.</summary>
    public void ActForVisitor() => ActsForVisitor = true;

    internal bool ActsForVisitor { get; private set; }

    internal Rights? Rights { get; private set; }

    /// <summary>A record that this context has added and saved.</summary>
    internal bool IsMadeHere(IEditable record) => _made.Contains(record);

    /// <inheritdoc cref="IsMadeHere(IEditable)"/>
    internal bool IsMadeHere(string noun, int id) => _made.Any(r => r.Id == id && Gate.NounOf(r) == noun);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var saving = await ReadyToSaveAsync(cancellationToken);
        var rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        foreach (var (topic, row, kind) in saving)
        {
            _uncommitted.Add(new Change(topic, IdOf(row), kind, Actor.UserId));
            if (kind == ChangeKind.Added && row is IEditable made)
                _made.Add(made);
        }
        if (Database.CurrentTransaction is null)
            Publish(TakeUncommitted());
        return rows;
    }

    /// <summary>Saves synchronously are not used: they would skip the lifetime values and block a thread.</summary>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Use SaveChangesAsync.");

    /// <summary>Until this write ends, another that holds the same name waits: for rules that no index can guard. On SQLite every write has its turn anyway.</summary>
    public virtual Task HoldAsync(string name) => Task.CompletedTask;

    /// <summary>
    /// Inserts rows now and sets their ids, without tracking them: for the few writes that come by the thousand. A row comes after those it refers to.
    /// </summary>
    public virtual async Task InsertAsync(params object[] rows)
    {
        var tracked = ChangeTracker.Entries().Select(e => e.Entity).ToHashSet(ReferenceEqualityComparer.Instance);
        // Adds what has no id yet; what the rows refer to and has one is there already.
        AttachRange(rows);
        await SaveChangesAsync();
        foreach (var entry in ChangeTracker.Entries().Where(e => !tracked.Contains(e.Entity)).ToList())
            entry.State = EntityState.Detached;
    }

    /// <summary>A command on this context's connection and transaction, for the few statements that are worth writing by hand. Not to be disposed.</summary>
    internal virtual DbCommand CommandFor(string sql) => NewCommand(sql);

    /// <summary>The same, to be disposed by whoever asks for it.</summary>
    internal DbCommand NewCommand(string sql)
    {
        var command = Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }

    /// <summary>For a row that was inserted without being tracked: what SaveChangesAsync does for those that are.</summary>
    internal void Inserted(object row) => _uncommitted.Add(new Change(TopicOf(row), IdOf(row), ChangeKind.Added, Actor.UserId));

    /// <summary>For statements that bypass SaveChanges (bulk deletes within Data): told with the same commit.</summary>
    internal void Changed(Topics topics) => _uncommitted.Add(Change.Everything(topics | Topics.Access));

    /// <inheritdoc cref="Changed(Topics)"/>
    internal void Changed(Topics topic, int id) => _uncommitted.Add(new Change(topic, id, ChangeKind.Modified, Actor.UserId));

    /// <summary>What this context saved inside a transaction that somebody else commits, and publishes.</summary>
    internal IReadOnlyList<Change> TakeUncommitted()
    {
        Change[] changes = [.. _uncommitted];
        _uncommitted.Clear();
        _unsealed.Clear();
        return changes;
    }

    internal void Publish(IReadOnlyList<Change> committed) => Feed?.Publish(committed);

    /// <summary>Publishes later, when this context may have gone back to its pool.</summary>
    internal Action Publisher(IReadOnlyList<Change> changes)
    {
        var feed = Feed;
        return () => feed?.Publish(changes);
    }
}
