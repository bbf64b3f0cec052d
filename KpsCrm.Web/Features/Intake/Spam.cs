using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Intake;

/// <summary>Tells what looks like spam, in words for the manager who decides. Nothing it suspects is thrown away.</summary>
public sealed partial class Spam(IDataProtectionProvider protection, IOptions<IntakeOptions> options, TimeProvider clock)
{
    private readonly IDataProtector _stamps = protection.CreateProtector("KpsCrm.ContactForm");

    /// <summary>For a hidden field of the form: when it was opened, signed.</summary>
    public string Stamp() => _stamps.Protect(clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>Null when nothing speaks against the form.</summary>
    public string? AgainstForm(string? hiddenField, string? stamp) => AgainstHiddenField(hiddenField) ?? AgainstStamp(stamp);

    public static string? AgainstHiddenField(string? filled) =>
        string.IsNullOrWhiteSpace(filled) ? null : "A field that people cannot see was filled in.";

    public static string? AgainstName(string name) =>
        LinkOrMarkup().IsMatch(name) ? "The name holds a link or markup." : null;

    private string? AgainstStamp(string? stamp)
    {
        const string Forged = "The form was sent without having been opened.";
        if (string.IsNullOrEmpty(stamp))
            return Forged;
        try
        {
            var opened = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(_stamps.Unprotect(stamp), CultureInfo.InvariantCulture));
            var took = clock.GetUtcNow() - opened;
            return took < TimeSpan.FromSeconds(options.Value.MinimumFillSeconds)
                ? string.Create(CultureInfo.InvariantCulture, $"The form was filled in within {Math.Max(0, took.TotalSeconds):0.0} seconds.")
                : null;
        }
        catch (CryptographicException)
        {
            return Forged;
        }
    }

    // No time limit: names are short by the time they come here, and on a machine that is held up for a moment it would refuse somebody's enquiry.
    [GeneratedRegex(@"://|\bwww\.|\bhref\b|</?[a-z!]|\[/?(url|link|img)\b|\]\(|&#|\b[a-z0-9-]{4,}\.(com|net|org|info|biz|ru|cn|top|xyz|shop|online|site|club|store)(/|\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LinkOrMarkup();
}
