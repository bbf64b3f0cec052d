namespace KpsCrm.Web.Features.Account;

/// <summary>Where to go after signing in: an address of this site, or the start page.</summary>
public static class LocalUrl
{
    public static string OrHome(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl) ? url : "/";
}
