using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Users;

public enum AccountState
{
    Active,
    Invited,
    Deactivated,
}

public sealed record AccountRow(int Id, string Name, string Email, Role Role, DateTime CreatedAt, DateTime? InvitedAt, string? InvitedBy, DateTime? DeactivatedAt, DateTime? LastSeenAt, bool HasSecondFactor, bool IsSample, int? TeamId, string? Team)
{
    public AccountState State => DeactivatedAt is not null ? AccountState.Deactivated : InvitedAt is not null ? AccountState.Invited : AccountState.Active;

    internal static IQueryable<AccountRow> Of(CrmView view, IQueryable<User> users) => users.OrderBy(u => u.Name).ThenBy(u => u.Id).Select(u => new AccountRow(u.Id, u.Name, u.Email!, u.Role, u.CreatedAt, u.InvitedAt, u.InvitedBy, u.DeactivatedAt,
        view.Sessions.Where(s => s.UserId == u.Id).Max(s => (DateTime?)s.LastSeenAt), u.TwoFactorEnabled || view.PasskeyOwners.Any(id => id == u.Id), u.IsSample, u.TeamId, u.Team!.Name));
}

/// <summary>Everyone with an account, for admins; nobody for others.</summary>
public sealed record UsersQuestion : IQuestion<IReadOnlyList<AccountRow>>
{
    public Topics Of => Topics.Users | Topics.Sessions;

    public async Task<IReadOnlyList<AccountRow>> AskAsync(CrmView view, CancellationToken cancellationToken) => await AccountRow.Of(view, view.Accounts).ToListAsync(cancellationToken);
}

/// <summary>One account and what it owns; null when there is none, or the asker is no admin.</summary>
public sealed record AccountOfQuestion(int Id) : IQuestion<AccountAndBelongings?>
{
    public Topics Of => Topics.Users | Topics.Sessions | Topics.Leads | Topics.Clients | Topics.Deals | Topics.Tasks;

    public async Task<AccountAndBelongings?> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        if (await AccountRow.Of(view, view.Accounts.Where(u => u.Id == Id)).SingleOrDefaultAsync(cancellationToken) is not { } row)
            return null;
        // With the recycle bin: what is restored from it one day needs an owner who is here, so it is handed over too.
        return new(row, new Belongings(
            await All(view.Leads).CountAsync(l => l.OwnerId == Id, cancellationToken), await All(view.Clients).CountAsync(c => c.OwnerId == Id, cancellationToken),
            await All(view.Deals).CountAsync(d => d.OwnerId == Id, cancellationToken), await All(view.Tasks).CountAsync(t => t.OwnerId == Id && t.DoneAt == null, cancellationToken)));

        static IQueryable<T> All<T>(IQueryable<T> rows) where T : class => rows.IgnoreQueryFilters([ColumnSets.Bin]);
    }
}

public sealed record AccountAndBelongings(AccountRow Row, Belongings Owns);

/// <summary>Which accounts a list shows.</summary>
public sealed record AccountFilter(string? Text, AccountState? State)
{
    public IEnumerable<AccountRow> Of(IEnumerable<AccountRow> rows) => rows.Where(r => (State is null || r.State == State) && (Text is null || Text.Split(' ').All(word => r.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || r.Email.Contains(word, StringComparison.OrdinalIgnoreCase) || r.Team?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)));
}
