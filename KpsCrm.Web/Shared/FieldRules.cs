using System.Globalization;

namespace KpsCrm.Web.Shared;

/// <summary>Something the sender has to mend: which field, and one plain sentence.</summary>
public sealed record Problem(string Field, string Sentence);

/// <summary>What visitors and colleagues must both obey, and what they are told.</summary>
public static class FieldRules
{
    public const string NotAnEmail = "Enter the whole e-mail address, like name@example.com.";

    /// <param name="what">As in a sentence: "phone number".</param>
    /// <returns>Null when it fits.</returns>
    public static string? TooLong(string what, string? text, int most) =>
        text?.Length > most ? string.Create(CultureInfo.InvariantCulture, $"Shorten the {what} to {most:N0} characters; it has {text.Length:N0}.") : null;

    /// <summary>One @, a dot in the domain, nothing that a mail header could trip over. Every script is welcome.</summary>
    public static bool IsEmail(string email)
    {
        var at = email.IndexOf('@');
        if (at < 1 || at != email.LastIndexOf('@') || email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "<>()[]\\,;:\"".Contains(c)))
            return false;

        var labels = email[(at + 1)..].Split('.');
        return labels.Length >= 2 && labels.All(l => l.Length > 0 && l[0] != '-' && l[^1] != '-') && labels[^1].Length >= 2;
    }
}
