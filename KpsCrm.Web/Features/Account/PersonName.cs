using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Account;

/// <summary>A person's name, whoever types it and wherever.</summary>
internal static class PersonName
{
    /// <param name="missing">What to say when there is none.</param>
    /// <returns>Null when it is one.</returns>
    public static string? Problem(string? typed, string missing) => Normalising.Line(typed) is not { } name ? missing : FieldRules.TooLong("name", name, User.NameMaxLength);

    /// <exception cref="RuleException">There is none, or it is too long.</exception>
    public static string Read(string? typed, string missing) => Problem(typed, missing) is { } problem ? throw new RuleException(problem) : Normalising.Line(typed)!;

    /// <summary>Gives a person another name, and tells the trail.</summary>
    public static void Rename(this CrmDbContext db, User user, string name)
    {
        if (user.Name == name)
            return;
        db.Audit(SecurityEvents.UserChanged, $"users/{user.Id}", new { field = "name", before = user.Name, after = name });
        user.Name = name;
    }
}
