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

    public bool Is(Role atLeast) => Role >= atLeast;
}
