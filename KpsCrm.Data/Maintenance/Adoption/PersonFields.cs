using KpsCrm.Data.Leads;

namespace KpsCrm.Data.Maintenance;

/// <summary>What leads and clients have in common.</summary>
internal static class PersonFields
{
    /// <summary>Trimmed and in lower case; empty where there is none.</summary>
    public static string Email(this LegacyRow row)
    {
        if (row.Text("email", Lead.EmailMaxLength) is not { } written)
        {
            row.Tell(AdoptionRule.EmailMissing);
            return "";
        }
        var email = written.ToLowerInvariant();
        if (email != row.Value("email").Text)
            row.Tell(AdoptionRule.EmailTidied);
        if (email.IndexOf('@') is var at && (at < 1 || at == email.Length - 1 || email.Any(char.IsWhiteSpace)))
            row.Tell(AdoptionRule.EmailStrange, "email");
        return email;
    }

    public static string Name(this LegacyRow row, string column, int max, params string?[] otherwise)
    {
        if (row.Text(column, max) is { } name)
            return name;
        row.Tell(AdoptionRule.NameMissing, column);
        return otherwise.FirstOrDefault(o => !string.IsNullOrEmpty(o)) ?? "No name";
    }
}
