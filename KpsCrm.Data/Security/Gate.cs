using KpsCrm.Data.Users;

namespace KpsCrm.Data.Security;

/// <summary>
/// The one place that decides who may see and do what. What a role sees and changes is set by an admin (<see cref="RoleRights"/>): one's own records,
/// those of one's team, or all; what nobody owns is everyone's. Quarantine and mail are for managers, security logs for admins; a visitor sees nothing.
/// Reads pass it in <see cref="CrmView"/>, writes when they are saved.
/// </summary>
public static class Gate
{
    /// <summary>Narrows <paramref name="rows"/> to none below <paramref name="atLeast"/>.</summary>
    internal static IQueryable<T> Visible<T>(IQueryable<T> rows, Actor who, Role atLeast = Role.Sales) =>
        who.Is(atLeast) ? rows : rows.Where(_ => false);

    internal static Reach ReachOf(Actor who) => who.Reach ?? (who.UserId is null && who.Role is not null ? Reach.Everything : Reach.Nothing);

    /// <summary>People with the same key get the same rows from the same question, so they may share one answer.</summary>
    /// <param name="who">As <see cref="Rights"/> knows them at this moment.</param>
    public static string RightsKey(Actor who) => who.Role is not { } role ? "nobody" : ReachOf(who).Sees is { } owners ? $"{role}:{string.Join(',', owners)}" : role.ToString();

    /// <summary>Some records are out of this person's sight.</summary>
    public static bool IsNarrow(Actor who) => ReachOf(who).IsNarrow;

    /// <summary>Whether the person may change a record of this owner; for pages, which show what can be done. The save asks again.</summary>
    /// <param name="owner">Null for nobody.</param>
    public static bool MayChange(Actor who, int? owner) => who.Role is not null && ReachOf(who).ChangesOwner(owner);

    /// <summary>Whether the person may delete leads, clients, deals and files, of those they may change.</summary>
    public static bool MayDelete(Actor who) => who.Role is not null && ReachOf(who).MayDelete;

    /// <summary>Whether the person may take what they see out of the program as a file.</summary>
    public static bool MayExport(Actor who) => who.Role is not null && ReachOf(who).MayExport;

    /// <exception cref="AccessDeniedException">The role is not enough.</exception>
    public static void Demand(Actor who, Role atLeast)
    {
        if (!who.Is(atLeast))
            throw Refused(who);
    }

    /// <exception cref="AccessDeniedException">The person may not take data out.</exception>
    /// <param name="who">As <see cref="Rights"/> knows them at this moment.</param>
    public static void DemandExport(Actor who)
    {
        if (!MayExport(who))
            throw Refused(who, null, "You don't have the right to export. Ask an admin if you need it.");
    }

    /// <exception cref="AccessDeniedException">The record is out of the person's reach.</exception>
    /// <param name="record">A lead, client or deal as it is stored, before anything of it is changed.</param>
    public static void DemandChange(Actor who, IEditable record)
    {
        if (!MayChange(who, record.OwnerId))
            throw Refused(who, SubjectOf(record), CannotChange(record));
    }

    internal static string CannotChange(object record) => $"You can see this {NounOf(record)}, but not change it. Ask its owner or an admin.";

    internal static string NounOf(object record) => record.GetType().Name.ToLowerInvariant() switch { "taskitem" => "task", "attachment" => "file", var noun => noun };

    internal static string SubjectOf(IEditable record) => $"{NounOf(record)}s/{record.Id}";

    /// <summary>Tells whoever listens that this was refused.</summary>
    internal static AccessDeniedException Refused(Actor who, string? subject = null, string? sentence = null)
    {
        who.WhenRefused?.Invoke(who, subject);
        return sentence is null ? new() : new(sentence);
    }
}

/// <summary>The person may not do this. The message is fit to be shown.</summary>
public sealed class AccessDeniedException(string message = "You don't have the right to do this. Ask an admin if you need it.") : Exception(message);
