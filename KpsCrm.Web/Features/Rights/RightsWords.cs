using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;

namespace KpsCrm.Web.Features.Rights;

/// <summary>How rights are spoken of.</summary>
public static class RightsWords
{
    /// <summary>Of a choice: "Their team's".</summary>
    public static string Of(Scope scope) => scope switch
    {
        Scope.Own => "Own records",
        Scope.Team => "Their team's",
        _ => "Everyone's",
    };

    /// <summary>"see everyone's records, change their own, and may export, but not delete"</summary>
    public static string Sentence(RightsOfRole rights) =>
        (rights.Sees == rights.Changes ? $"see and change {Records(rights.Sees)}" : $"see {Records(rights.Sees)}, change only {Whose(rights.Changes)}") + ", and may " + May(rights);

    /// <summary>Of one person: "Sees the records of their team North (Anna, Ben), and those nobody owns. Changes their own. May export, but not delete."</summary>
    public static string Sentence(SightOf sight)
    {
        if (sight.Rights.Role == Role.Admin)
            return "Sees and changes everything.";
        var rights = RightsOfRole.Of(sight.Rights);
        var sees = rights.Sees switch
        {
            Scope.All => "Sees everyone's records.",
            Scope.Team when sight.Team is { } team => $"Sees the records of their team {team} ({string.Join(", ", sight.Teammates)}), and those nobody owns.",
            Scope.Team => "Is in no team, so sees their own records and those nobody owns.",
            _ => "Sees their own records, and those nobody owns.",
        };
        return $"{sees} {(rights.Sees == rights.Changes ? "Changes all of these." : $"Changes {Whose(rights.Changes)}, and those nobody owns.")} May {May(rights)}.";
    }

    /// <summary>Why somebody sees a record: "owns it".</summary>
    public static string Of(SeenBecause because, ItemRef record) => because switch
    {
        SeenBecause.Admin => "is an admin",
        SeenBecause.Owner => "owns it",
        SeenBecause.Everything => "sees everyone's",
        SeenBecause.Nobodys => "nobody owns it",
        SeenBecause.Team => "same team as its owner",
        _ => record.Kind == ItemKind.Lead ? "has a deal made of it" : "has a deal with it",
    };

    private static string May(RightsOfRole rights) => (rights.MayExport, rights.MayDelete) switch
    {
        (true, true) => "export and delete",
        (true, false) => "export, but not delete",
        (false, true) => "delete, but not export",
        _ => "neither export nor delete",
    };

    private static string Records(Scope scope) => scope == Scope.Own ? "their own records" : $"{Whose(scope)} records";

    private static string Whose(Scope scope) => scope switch
    {
        Scope.Own => "their own",
        Scope.Team => "their team's",
        _ => "everyone's",
    };
}
