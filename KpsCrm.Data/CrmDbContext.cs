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
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace KpsCrm.Data;

/// <summary>
/// The database. Collects what each save changes and hands it to the <see cref="ChangeFeed"/> once it is committed:
/// nothing else publishes, a rolled-back save publishes nothing, a committed one always does.
/// </summary>
public abstract class CrmDbContext(DbContextOptions options) : IdentityUserContext<User, int>(options)
{
    private readonly List<Change> _uncommitted = [];

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

    /// <summary>Who this context acts for; named in what it publishes.</summary>
    public Actor Actor { get; private set; } = Actor.System;

    internal TimeProvider Clock { get; private set; } = TimeProvider.System;
    private ChangeFeed? Feed { get; set; }

    /// <summary>UTC.</summary>
    public DateTime Now => Clock.GetUtcNow().UtcDateTime;

    internal CrmDbContext For(Actor actor, TimeProvider clock, ChangeFeed feed)
    {
        (Actor, Clock, Feed) = (actor, clock, feed);
        _uncommitted.Clear();
        return this;
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        await LifetimeValue.ApplyAsync(this, cancellationToken);
        var saving = PrepareSave();
        var rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        foreach (var (topic, row, kind) in saving)
            _uncommitted.Add(new Change(topic, IdOf(row), kind, Actor.UserId));
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
    internal virtual DbCommand CommandFor(string sql)
    {
        var command = Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }

    /// <summary>For a row that was inserted without being tracked: what SaveChangesAsync does for those that are.</summary>
    internal void Inserted(object row) => _uncommitted.Add(new Change(TopicOf(row), IdOf(row), ChangeKind.Added, Actor.UserId));

    /// <summary>For statements that bypass SaveChanges (bulk deletes within Data): told with the same commit.</summary>
    internal void Changed(Topics topics) => _uncommitted.Add(Change.Everything(topics));

    /// <inheritdoc cref="Changed(Topics)"/>
    internal void Changed(Topics topic, int id) => _uncommitted.Add(new Change(topic, id, ChangeKind.Modified, Actor.UserId));

    /// <summary>What this context saved inside a transaction that somebody else commits, and publishes.</summary>
    internal IReadOnlyList<Change> TakeUncommitted()
    {
        Change[] changes = [.. _uncommitted];
        _uncommitted.Clear();
        return changes;
    }

    internal void Publish(IReadOnlyList<Change> committed) => Feed?.Publish(committed);

    /// <summary>Publishes later, when this context may have gone back to its pool.</summary>
    internal Action Publisher(IReadOnlyList<Change> changes)
    {
        var feed = Feed;
        return () => feed?.Publish(changes);
    }

    /// <summary>Stamps versions and times, and notes what is about to be written: after the save every entry reads Unchanged.</summary>
    private List<(Topics Topic, object Row, ChangeKind Kind)> PrepareSave()
    {
        var saving = new List<(Topics, object, ChangeKind)>();
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted))
                continue;

            if (entry.Entity is Activity or SecurityLog && entry.State != EntityState.Added)
                throw new InvalidOperationException($"{entry.Metadata.GetTableName()} is append-only.");

            if (entry.Entity is IVersioned row && entry.State != EntityState.Deleted)
                Stamp(row, isNew: entry.State == EntityState.Added);

            if (TopicOf(entry.Entity) is var topic and not Topics.None)
                saving.Add((topic, entry.Entity, entry.State switch
                {
                    EntityState.Added => ChangeKind.Added,
                    EntityState.Deleted => ChangeKind.Deleted,
                    _ when entry.Entity is IRecyclable recyclable && entry.Property(nameof(IRecyclable.DeletedAt)).IsModified => recyclable.DeletedAt is null ? ChangeKind.Added : ChangeKind.Deleted,
                    _ => ChangeKind.Modified,
                }));
        }
        return saving;
    }

    internal void Stamp(IVersioned row, bool isNew)
    {
        row.Version++;
        // A row that arrives with a history brings its own time.
        if (!isNew || row.UpdatedAt == default)
            row.UpdatedAt = Now;
        if (row is IEditable { LastActivityAt: var last } record && last == default)
            record.LastActivityAt = Now;
    }

    private static Topics TopicOf(object entity) => entity switch
    {
        Lead => Topics.Leads,
        Client => Topics.Clients,
        Deal => Topics.Deals,
        Activity => Topics.Activities,
        AnalyticsEvent => Topics.Events,
        SecurityLog => Topics.Security,
        User => Topics.Users,
        OutgoingMail => Topics.Mail,
        QuarantinedEnquiry => Topics.Quarantine,
        TaskItem => Topics.Tasks,
        Notification => Topics.Notifications,
        Attachment => Topics.Files,
        SavedView or DefaultView => Topics.Views,
        StoredSetting => Topics.Settings,
        _ => Topics.None,
    };

    private static int IdOf(object entity) => entity switch
    {
        IVersioned v => v.Id,
        Activity a => a.Id,
        AnalyticsEvent e => e.Id,
        SecurityLog l => l.Id,
        User u => u.Id,
        OutgoingMail m => m.Id,
        QuarantinedEnquiry q => q.Id,
        Notification n => n.Id,
        Attachment f => f.Id,
        _ => 0,
    };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(CrmDbContext).Assembly);
        builder.HasDbFunction(typeof(TextSearch).GetMethod(nameof(TextSearch.Lower))!).HasName(LowerFunction).IsBuiltIn();

        foreach (var (type, table) in new[] { ("IdentityUserClaim<int>", "user_claims"), ("IdentityUserLogin<int>", "user_logins"), ("IdentityUserToken<int>", "user_tokens"), ("IdentityUserPasskey<int>", "user_passkeys") })
        {
            if (builder.Model.GetEntityTypes().SingleOrDefault(t => t.DisplayName() == type) is { } identity)
                identity.SetTableName(table);
        }

        foreach (var entity in builder.Model.GetEntityTypes())
        {
            foreach (var dollars in entity.GetProperties().Where(p => p.FindAnnotation(ColumnSets.DollarsOf) is not null))
                ConfigureDollars(builder.Entity(entity.ClrType).Property(dollars.Name), (string)dollars.FindAnnotation(ColumnSets.DollarsOf)!.Value!);

            if (entity.ClrType.IsAssignableTo(typeof(IRanked)))
                ConfigureRank(builder.Entity(entity.ClrType).Property(nameof(IRanked.Rank)));
        }
    }

    /// <summary>A generated column in dollars over <paramref name="centsColumn"/>.</summary>
    protected abstract void ConfigureDollars(Microsoft.EntityFrameworkCore.Metadata.Builders.PropertyBuilder dollars, string centsColumn);

    /// <summary>What <see cref="TextSearch.Lower"/> is called in the database.</summary>
    protected abstract string LowerFunction { get; }

    /// <summary>How this database's text index is asked and kept.</summary>
    internal abstract Search.ISearchSql SearchSql { get; }

    /// <summary>Ranks must compare byte by byte.</summary>
    protected abstract void ConfigureRank(Microsoft.EntityFrameworkCore.Metadata.Builders.PropertyBuilder rank);

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        conventions.Properties<DateTime>().HaveConversion<UtcConverter>();
        conventions.Properties<LeadStatus>().HaveConversion<WordConverter<LeadStatus>>();
        conventions.Properties<Priority>().HaveConversion<WordConverter<Priority>>();
        conventions.Properties<ClientStatus>().HaveConversion<WordConverter<ClientStatus>>();
        conventions.Properties<DealStage>().HaveConversion<WordConverter<DealStage>>();
        conventions.Properties<ActivityKind>().HaveConversion<WordConverter<ActivityKind>>();
        conventions.Properties<MailKind>().HaveConversion<WordConverter<MailKind>>();
        conventions.Properties<MailState>().HaveConversion<WordConverter<MailState>>();
        conventions.Properties<QuarantineState>().HaveConversion<WordConverter<QuarantineState>>();
        conventions.Properties<TaskKind>().HaveConversion<WordConverter<TaskKind>>();
        conventions.Properties<NotificationKind>().HaveConversion<WordConverter<NotificationKind>>();
        conventions.Properties<Role>().HaveConversion<WordConverter<Role>>();
    }

    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        toStore => toStore.Kind == DateTimeKind.Local ? toStore.ToUniversalTime() : DateTime.SpecifyKind(toStore, DateTimeKind.Utc),
        fromStore => DateTime.SpecifyKind(fromStore, DateTimeKind.Utc));

    private sealed class WordConverter<T>() : ValueConverter<T, string>(v => Columns.Word(v), s => Columns.Parse<T>(s)) where T : struct, Enum;
}
