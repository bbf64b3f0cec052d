using System.Globalization;
using Microsoft.AspNetCore.DataProtection;

namespace KpsCrm.Web.Features.Account;

/// <summary>
/// Remembers, in the browser, who has signed in there. Guesses from elsewhere are counted apart from those of a known device, so that a stranger
/// who guesses all day holds up nobody but strangers. It opens nothing.
/// </summary>
internal sealed class KnownDevice(IDataProtectionProvider protection)
{
    private const string CookieName = "kps-crm-device";
    private const int MostPeople = 8;
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(180);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("KpsCrm.KnownDevice").ToTimeLimitedDataProtector();
    private readonly HostPrefixedCookies _cookies = new();

    /// <summary>The device's name, if this person has signed in on it before.</summary>
    public string? IdFor(HttpContext http, int userId) => Read(http) is var (id, people) && people.Contains(Text(userId)) ? id : null;

    public void Remember(HttpContext http, int userId)
    {
        var (id, people) = Read(http) ?? (Guid.NewGuid().ToString("N"), []);
        var all = people.Where(p => p != Text(userId)).Prepend(Text(userId)).Take(MostPeople);
        _cookies.AppendResponseCookie(http, CookieName, _protector.Protect($"{id}|{string.Join(',', all)}", Remembered),
            new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = Remembered, IsEssential = true });
    }

    private (string Id, string[] People)? Read(HttpContext http)
    {
        try
        {
            return _cookies.GetRequestCookie(http, CookieName) is { Length: > 0 } cookie && _protector.Unprotect(cookie).Split('|') is [var id, var people] ? (id, people.Split(',')) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Old, or made up.
            return null;
        }
    }

    private static string Text(int userId) => userId.ToString(CultureInfo.InvariantCulture);
}
