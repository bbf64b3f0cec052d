using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace KpsCrm.Data.Security;

/// <summary>
/// What a person's save may change, asked of every row of it before anything is written: a check that a command forgot is made here all the same.
/// A record is judged by the owner it had, so that nobody makes it theirs to be allowed to.
/// </summary>
internal sealed class WriteGate
{
    /// <summary>Kept by the program when something else changes: a client's value with its deals, a neighbour's place with a move.</summary>
    private static readonly HashSet<string> Kept =
        [nameof(Client.TotalValueCents), nameof(IEditable.LastActivityAt), nameof(Lead.AnsweredAt), nameof(Lead.Rank), nameof(IVersioned.Version), nameof(IVersioned.UpdatedAt)];

    private readonly CrmDbContext _db;
    private readonly Actor _who;
    private readonly Reach _reach;

    private WriteGate(CrmDbContext db) => (_db, _who, _reach) = (db, db.Actor, Gate.ReachOf(db.Actor));

    /// <exception cref="AccessDeniedException">Something of it is out of the actor's reach.</exception>
    public static async Task CheckAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        if (db.Actor.UserId is null || db.ActsForVisitor)
            return;
        var gate = new WriteGate(db);
        foreach (var entry in db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToList())
            await gate.CheckAsync(entry, cancellationToken);
    }

    private async Task CheckAsync(EntityEntry entry, CancellationToken cancellationToken)
    {
        switch (entry.Entity)
        {
            case IEditable record:
                DemandRecord(entry, record);
                await DemandLinksAsync(entry, record, cancellationToken);
                break;
            case TaskItem task:
                await DemandTaskAsync(entry, task, cancellationToken);
                break;
            case Attachment file:
                await DemandPartAsync(file, file.DealId, file.LeadId, file.ClientId, cancellationToken);
                if (IsDeleting(entry) && !_reach.MayDelete)
                    throw CannotDelete($"files/{file.Id}");
                break;
            case Activity { Kind: ActivityKind.Task } activity:
                // Whose task it is finishes it, also at a colleague's record.
                if (RecordOf(activity.Deal, activity.Lead, activity.Client, activity.DealId, activity.LeadId, activity.ClientId) is var (kind, id, record2) && !IsMadeHere(record2) && !await SeesAsync(kind, id, cancellationToken))
                    throw Gate.Refused(_who, $"{kind}s/{id}");
                break;
            case Activity activity:
                await DemandPartAsync(activity, activity.Deal, activity.Lead, activity.Client, activity.DealId, activity.LeadId, activity.ClientId, cancellationToken);
                break;
            case Notification notification when entry.State != EntityState.Added && notification.UserId != _who.UserId:
            case SavedView view when entry.State != EntityState.Added && view.OwnerId != _who.UserId && !_who.Is(Role.Admin):
            case Team or RoleRights when !_who.Is(Role.Admin):
            case User user when !_who.Is(Role.Admin) && (entry.State != EntityState.Modified || user.Id != _who.UserId || entry.Property(nameof(User.Role)).IsModified || entry.Property(nameof(User.TeamId)).IsModified):
            case DefaultView first when first.UserId != _who.UserId && !ChangesView(first.SavedViewId):
            case StoredSetting setting when !_who.Is(setting.IsForManagers ? Role.Manager : Role.Admin):
            case QuarantinedEnquiry when !_who.Is(Role.Manager):
            // A mail comes with the change that it tells of.
            case OutgoingMail when entry.State != EntityState.Added && !_who.Is(Role.Manager):
            case Session session when session.UserId != _who.UserId && !_who.Is(Role.Admin):
            case SecondFactor factor when !IsOwnOrTakenAway(entry, factor.UserId):
            case RecoveryCode code when !IsOwnOrTakenAway(entry, code.UserId):
            case IdentityUserPasskey<int> passkey when !IsOwnOrTakenAway(entry, passkey.UserId):
                throw Gate.Refused(_who);
        }
    }

    /// <summary>With a view that is shared no more, is deleted or comes back, go and come the lists that open with it. Whether the view itself may be changed is asked of its own row.</summary>
    private bool ChangesView(int id) => _db.ChangeTracker.Entries<SavedView>().Any(v => v.Entity.Id == id && v.State != EntityState.Unchanged);

    /// <summary>Of what one signs in with, an admin may only take away.</summary>
    private bool IsOwnOrTakenAway(EntityEntry entry, int userId) => userId == _who.UserId || (entry.State == EntityState.Deleted && _who.Is(Role.Admin));

    private void DemandRecord(EntityEntry entry, IEditable record)
    {
        if (entry.State == EntityState.Added || (entry.State == EntityState.Modified && entry.Properties.Where(p => p.IsModified).All(p => Kept.Contains(p.Metadata.Name))))
            return;
        if (!_reach.ChangesOwner(OwnerBefore(entry)) && !_db.IsMadeHere(record))
            throw Gate.Refused(_who, Gate.SubjectOf(record), Gate.CannotChange(record));
        if (IsDeleting(entry) && !_reach.MayDelete)
            throw CannotDelete(Gate.SubjectOf(record));
    }

    /// <summary>A deal makes its client and its lead visible: it may be tied to none but those that are seen already.</summary>
    private async Task DemandLinksAsync(EntityEntry entry, IEditable record, CancellationToken cancellationToken)
    {
        if (!_reach.IsNarrow)
            return;
        if (record is Deal deal && IsNew(entry, nameof(Deal.ClientId)) && deal.ClientId is { } client && !IsMadeHere(deal.Client) && !await SeesAsync("client", client, cancellationToken))
            throw Gate.Refused(_who, $"clients/{client}", "This client is no longer there. Choose another one.");
        var (property, lead, of) = record switch { Deal d => (nameof(Deal.LeadId), d.LeadId, d.Lead), Client c => (nameof(Client.LeadId), c.LeadId, c.Lead), _ => ("", null, null) };
        if (lead is { } id && IsNew(entry, property) && !IsMadeHere(of) && !await SeesAsync("lead", id, cancellationToken))
            throw Gate.Refused(_who, $"leads/{id}", "This lead is no longer there.");
    }

    private async Task DemandTaskAsync(EntityEntry entry, TaskItem task, CancellationToken cancellationToken)
    {
        var was = entry.State == EntityState.Added ? null : RecordOf(null, null, null, entry.OriginalValues.GetValue<int?>(nameof(TaskItem.DealId)), entry.OriginalValues.GetValue<int?>(nameof(TaskItem.LeadId)), entry.OriginalValues.GetValue<int?>(nameof(TaskItem.ClientId)));
        var now = RecordOf(task.Deal, task.Lead, task.Client, task.DealId, task.LeadId, task.ClientId);
        if (entry.State != EntityState.Added)
        {
            var owner = OwnerBefore(entry);
            if (was is not var (kind, id, _) ? !_reach.ChangesOwner(owner) && task.CreatedById != _who.UserId
                : !await ChangesAsync(kind, id, cancellationToken) && !(owner == _who.UserId && await SeesAsync(kind, id, cancellationToken)))
                throw Gate.Refused(_who, $"tasks/{task.Id}", Gate.CannotChange(task));
        }
        if (now is var (nowKind, nowId, record) && (was?.Kind, was?.Id) != (nowKind, nowId) && !IsMadeHere(record) && !await ChangesAsync(nowKind, nowId, cancellationToken))
            throw Gate.Refused(_who, $"{nowKind}s/{nowId}", $"You can see this {nowKind}, but not change it. Ask its owner or an admin.");
    }

    private Task DemandPartAsync(object part, int? dealId, int? leadId, int? clientId, CancellationToken cancellationToken) => DemandPartAsync(part, null, null, null, dealId, leadId, clientId, cancellationToken);

    /// <summary>What is added to a record, or taken from it, changes it.</summary>
    private async Task DemandPartAsync(object part, Deal? deal, Lead? lead, Client? client, int? dealId, int? leadId, int? clientId, CancellationToken cancellationToken)
    {
        if (RecordOf(deal, lead, client, dealId, leadId, clientId) is var (kind, id, record) && !IsMadeHere(record) && !await ChangesAsync(kind, id, cancellationToken))
            throw Gate.Refused(_who, $"{kind}s/{id}", $"You can see this {kind}, but not change it. Ask its owner or an admin.");
    }

    /// <summary>What something belongs to: the deal before the lead, the lead before the client.</summary>
    private static (string Kind, int Id, IEditable? Record)? RecordOf(Deal? deal, Lead? lead, Client? client, int? dealId, int? leadId, int? clientId) =>
        (deal?.Id ?? dealId) is { } d ? ("deal", d, deal) : (lead?.Id ?? leadId) is { } l ? ("lead", l, lead) : (client?.Id ?? clientId) is { } c ? ("client", c, client) : null;

    private bool IsMadeHere(IEditable? record) => record is not null && (_db.Entry(record).State == EntityState.Added || _db.IsMadeHere(record));

    private async Task<bool> ChangesAsync(string kind, int id, CancellationToken cancellationToken) => _reach.Changes is null || _db.IsMadeHere(kind, id) || _reach.ChangesOwner(await OwnerAsync(kind, id, cancellationToken));

    private async Task<int?> OwnerAsync(string kind, int id, CancellationToken cancellationToken)
    {
        if (_db.ChangeTracker.Entries<IEditable>().FirstOrDefault(e => e.Entity.Id == id && Gate.NounOf(e.Entity) == kind) is { } entry)
            return OwnerBefore(entry);
        return kind switch
        {
            "deal" => await _db.Deals.IgnoreQueryFilters().Where(d => d.Id == id).Select(d => d.OwnerId).SingleOrDefaultAsync(cancellationToken),
            "lead" => await _db.Leads.IgnoreQueryFilters().Where(l => l.Id == id).Select(l => l.OwnerId).SingleOrDefaultAsync(cancellationToken),
            _ => await _db.Clients.IgnoreQueryFilters().Where(c => c.Id == id).Select(c => c.OwnerId).SingleOrDefaultAsync(cancellationToken),
        };
    }

    private async Task<bool> SeesAsync(string kind, int id, CancellationToken cancellationToken) => !_reach.IsNarrow || _db.IsMadeHere(kind, id) || (kind switch
    {
        "deal" => await _db.View.Deals.IgnoreQueryFilters([ColumnSets.Bin]).AnyAsync(d => d.Id == id, cancellationToken),
        "lead" => await _db.View.Leads.IgnoreQueryFilters([ColumnSets.Bin]).AnyAsync(l => l.Id == id, cancellationToken),
        _ => await _db.View.Clients.IgnoreQueryFilters([ColumnSets.Bin]).AnyAsync(c => c.Id == id, cancellationToken),
    });

    private AccessDeniedException CannotDelete(string subject) => Gate.Refused(_who, subject, "You don't have the right to delete. Ask an admin if you need it.");

    private static int? OwnerBefore(EntityEntry entry) => entry.State == EntityState.Added ? null : entry.OriginalValues.GetValue<int?>(nameof(IOwned.OwnerId));

    private static bool IsNew(EntityEntry entry, string property) => entry.State == EntityState.Added || entry.Property(property).IsModified;

    private static bool IsDeleting(EntityEntry entry) => entry.State == EntityState.Deleted || (entry.State == EntityState.Modified && entry.Property(nameof(IRecyclable.DeletedAt)).IsModified && ((IRecyclable)entry.Entity).DeletedAt is not null);
}
