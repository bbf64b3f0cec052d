using KpsCrm.Data.Users;

namespace KpsCrm.Data.Security;

/// <summary>
/// The one place that decides who may see and do what. Its present rule: every signed-in person sees and changes every
/// lead, client and deal; quarantine and mail are for managers, security logs for admins; a visitor sees nothing.
/// </summary>
public static class Gate
{
    /// <summary>Narrows <paramref name="rows"/> to those <paramref name="who"/> may see; to none below <paramref name="atLeast"/>.</summary>
    internal static IQueryable<T> Visible<T>(IQueryable<T> rows, Actor who, Role atLeast = Role.Sales) =>
        who.Is(atLeast) ? rows : rows.Where(_ => false);

    /// <summary>People with the same key get the same rows from the same question, so they may share one answer.</summary>
    public static string RightsKey(Actor who) => who.Role?.ToString() ?? "nobody";

    /// <exception cref="AccessDeniedException">The role is not enough.</exception>
    public static void Demand(Actor who, Role atLeast)
    {
        if (!who.Is(atLeast))
            throw new AccessDeniedException();
    }
}

/// <summary>The person may not do this. The message is fit to be shown.</summary>
public sealed class AccessDeniedException() : Exception("You don't have the right to do this. Ask an admin if you need it.");
