using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace KpsCrm.Web.Features.Mail;

public enum MailSecurity
{
    /// <summary>TLS from the start on port 465, else STARTTLS where the server offers it.</summary>
    Auto,
    None,
    StartTls,
    SslOnConnect,
}

/// <summary>How mail leaves the program; settings section <c>Mail</c>. Without a host, mails become files in the folder <c>outbox</c> beside the database.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Mail";

    public string? Host { get; set; }
    public int Port { get; set; } = 587;
    public MailSecurity Security { get; set; } = MailSecurity.Auto;
    public string? UserName { get; set; }
    public string? Password { get; set; }

    /// <summary>The sender; the company's address when empty.</summary>
    public string? FromAddress { get; set; }

    /// <summary>The sender's name; the company's when empty.</summary>
    public string? FromName { get; set; }

    /// <summary>Who hears of new enquiries; the company's address when empty.</summary>
    public string? SalesAddress { get; set; }

    /// <summary>Where links in mails lead: the address under which people open this program.</summary>
    public string BaseUrl { get; set; } = "http://localhost:5080";

    /// <summary>How long one step with the server may take.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    public bool HasServer => !string.IsNullOrWhiteSpace(Host);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Port is < 1 or > 65535)
            yield return new($"Mail__Port is {Port}; it must be a port between 1 and 65535, usually 587.");
        // Connecting and sending must fit into a claim of ten minutes, or no mail would ever begin.
        if (TimeoutSeconds is < 1 or > 240)
            yield return new($"Mail__TimeoutSeconds is {TimeoutSeconds}; it must be between 1 and 240.");
        if (!Enum.IsDefined(Security))
            yield return new($"Mail__Security is '{Security}'; it must be {Choices}.");
        foreach (var (key, address) in new[] { (nameof(FromAddress), FromAddress), (nameof(SalesAddress), SalesAddress) })
        {
            if (!string.IsNullOrWhiteSpace(address) && !(address.Contains('@') && MailboxAddress.TryParse(address, out _)))
                yield return new($"Mail__{key} is '{address}', which is no e-mail address.");
        }
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            yield return new($"Mail__BaseUrl is '{BaseUrl}'; it must be a web address such as https://crm.example.com.");
        if (string.IsNullOrEmpty(UserName) != string.IsNullOrEmpty(Password))
            yield return new($"Mail__{(string.IsNullOrEmpty(UserName) ? nameof(UserName) : nameof(Password))} is missing; Mail__UserName and Mail__Password belong together.");
    }

    /// <summary>The binder's own complaint names types; this one names the key and what it may be.</summary>
    internal static IEnumerable<string> Unreadable(IConfigurationSection section)
    {
        foreach (var key in new[] { nameof(Port), nameof(TimeoutSeconds) })
        {
            if (section[key] is { Length: > 0 } number && !int.TryParse(number, out _))
                yield return $"Mail__{key} is '{number}'; it must be a whole number.";
        }
        if (section[nameof(Security)] is { Length: > 0 } word && !Enum.TryParse<MailSecurity>(word, ignoreCase: true, out _))
            yield return $"Mail__Security is '{word}'; it must be {Choices}.";
    }

    private static string Choices => string.Join(", ", Enum.GetNames<MailSecurity>()[..^1]) + " or " + Enum.GetNames<MailSecurity>()[^1];
}
