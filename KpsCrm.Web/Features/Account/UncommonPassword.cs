using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

/// <summary>Length is what protects a password; this keeps out the long ones that are tried first.</summary>
internal sealed class UncommonPassword : IPasswordValidator<User>
{
    /// <summary>Letters only: what stands at the front of every list, whatever digits and marks are hung on.</summary>
    private static readonly HashSet<string> Common =
    [
        "password", "passwort", "passwords", "mypassword", "passwordpassword", "passw", "passwd", "changeme", "changemenow", "letmein", "letmeinplease", "welcome", "welcomeback",
        "administrator", "admin", "adminadmin", "administration", "superuser", "rootroot", "qwerty", "qwertyuiop", "qwertyuiopasdfghjkl", "qwertyqwerty", "qwertz", "qwertzuiop", "asdfghjkl", "asdfasdfasdf", "zxcvbnm", "qazwsxedc", "qazwsx",
        "iloveyou", "iloveyouforever", "sunshine", "princess", "football", "baseball", "basketball", "superman", "batman", "dragon", "monkey", "master", "starwars", "trustno", "whatever", "computer", "internet", "michael", "jennifer",
        "abcdefgh", "abcdefghijkl", "abcdefghijklm", "abcabcabcabc", "secret", "topsecret", "testtest", "testtesttest", "testing", "unknown", "default", "hunter", "correcthorsebatterystaple", "kpsgroup", "thekpsgroup", "kpscrm", "quickbooks",
        "spring", "summer", "autumn", "winter", "january", "february", "monday", "company", "business",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var problem = Problem(user, password ?? "");
        return Task.FromResult(problem is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = "CommonPassword", Description = problem }));
    }

    private static string? Problem(User user, string password)
    {
        // p4$$w0rd!2026 is tried right after password.
        var core = password.ToLowerInvariant().Trim("0123456789!?.,-_*+#$&%@ ".ToCharArray());
        var plain = core.Replace('0', 'o').Replace('@', 'a').Replace('4', 'a').Replace('3', 'e').Replace('$', 's').Replace('5', 's').Replace('1', 'i');
        if (Common.Contains(Letters(core)) || Common.Contains(Letters(plain)))
            return "This password is one of the first that attackers try. Choose another, for example four words that have nothing to do with each other.";
        if (password.Distinct().Count() < 5 || !password.Any(char.IsLetter) && IsRun(password))
            return "This password repeats the same few characters. Choose another, for example four words that have nothing to do with each other.";
        var name = (user.Email ?? "").Split('@')[0];
        return name.Length >= 4 && Letters(password.ToLowerInvariant()) == Letters(name.ToLowerInvariant()) || string.Equals(password, user.Email, StringComparison.OrdinalIgnoreCase)
            ? "This password is made of your e-mail address. Choose another."
            : null;
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));

    /// <summary>1234567890123, 987654321098.</summary>
    private static bool IsRun(string digits) =>
        digits.Zip(digits.Skip(1), (a, b) => b - a).All(step => step is 1 or -1 or 9 or -9);
}
