using KpsCrm.Data.Users;

namespace KpsCrm.Data.Security;

/// <summary>Who asks or acts. Every read and every write names one; the <see cref="Gate"/> decides what it may see and do.</summary>
/// <param name="UserId">The signed-in user, or null for a visitor and for the program itself.</param>
/// <param name="Name">The name written into activities.</param>
/// <param name="Role">Null for a visitor, who may read nothing.</param>
public sealed record Actor(int? UserId, string Name, Role? Role)
{
    /// <summary>Someone on the public site: may send an enquiry, may read nothing.</summary>
    public static Actor Visitor { get; } = new(null, "Website visitor", null);

    /// <summary>The program itself: mail, maintenance, the command line.</summary>
    public static Actor System { get; } = new(null, "System", Users.Role.Admin);

    /// <summary>For the audit trail; null for the program itself.</summary>
    public RequestOrigin? From { get; init; }

    /// <summary>Hears when the <see cref="Gate"/> refuses this person something, and about what (<c>leads/12</c>), where it is about a record.</summary>
    public Action<Actor, string?>? WhenRefused { get; init; }

    /// <summary>Set by <see cref="Rights"/> for a person. Without it a person reaches nothing; the program itself and the API reach everything.</summary>
    internal Reach? Reach { get; init; }

    public bool Is(Role atLeast) => Role >= atLeast;
}
