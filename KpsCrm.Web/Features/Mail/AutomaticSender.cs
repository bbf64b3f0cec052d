namespace KpsCrm.Web.Features.Mail;

/// <summary>Addresses behind which no person reads: answering them feeds loops.</summary>
public static class AutomaticSender
{
    private static readonly string[] Names = ["noreply", "donotreply", "mailerdaemon", "postmaster", "bounce", "bounces", "daemon", "listserv", "majordomo"];

    public static bool Is(string address)
    {
        var name = string.Concat(address.Trim().ToLowerInvariant().Split('@')[0].Split('+')[0].Where(char.IsAsciiLetterOrDigit));
        return Names.Contains(name) || name.StartsWith("noreply", StringComparison.Ordinal) || name.StartsWith("donotreply", StringComparison.Ordinal);
    }
}
