using System.ComponentModel.DataAnnotations;

namespace KpsCrm.Web.Features.Account;

public enum SecondFactorRule
{
    Optional,
    Required,
}

/// <summary>Signing in and staying signed in; settings section <c>Account</c>.</summary>
public sealed class AccountOptions : IValidatableObject
{
    public const string Section = "Account";

    /// <summary>Attempts to sign in, to reset a password or to guess the set-up code, for one address in a minute.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Account__SignInsPerMinute must be a whole number from 1 to 1,000,000.")]
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>A session in which nobody did anything for so long is over. Three days: whoever left on Friday is still there on Monday.</summary>
    [Range(1, 525_600, ErrorMessage = "Account__IdleMinutes must be a whole number from 1 to 525,600.")]
    public int IdleMinutes { get; set; } = 3 * 24 * 60;

    /// <summary>No session lives longer, however busy it is.</summary>
    [Range(1, 365, ErrorMessage = "Account__SessionDays must be a whole number from 1 to 365.")]
    public int SessionDays { get; set; } = 30;

    /// <summary>How long a link to choose a new password is good.</summary>
    [Range(5, 10_080, ErrorMessage = "Account__ResetMinutes must be a whole number from 5 to 10,080.")]
    public int ResetMinutes { get; set; } = 60;

    /// <summary>How long an invitation can be accepted.</summary>
    [Range(1, 90, ErrorMessage = "Account__InvitationDays must be a whole number from 1 to 90.")]
    public int InvitationDays { get; set; } = 7;

    /// <summary>Whether an admin without an authenticator app or a passkey has to set one up before anything else.</summary>
    public SecondFactorRule SecondFactorForAdmins { get; set; }

    /// <summary>A file of passwords that nobody may choose, one on each line: a list of those that were stolen elsewhere. Empty for none but our own rules.</summary>
    public string? PasswordList { get; set; }

    public TimeSpan Idle => TimeSpan.FromMinutes(IdleMinutes);

    public TimeSpan InvitationLife => TimeSpan.FromDays(InvitationDays);

    public TimeSpan Longest => TimeSpan.FromDays(SessionDays);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrWhiteSpace(PasswordList) && !File.Exists(PasswordList))
            yield return new($"Account__PasswordList is '{PasswordList}'; there is no such file.");
    }
}
