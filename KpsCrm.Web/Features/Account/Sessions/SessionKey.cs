using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>The secret that a browser's cookie carries, and its traces.</summary>
internal static class SessionKey
{
    private const string KeyClaim = "key";
    private const string IdClaim = "session";

    /// <summary>256 random bits.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string key) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>All that a cookie says.</summary>
    public static ClaimsPrincipal Carrier(string key, string scheme) => new(new ClaimsIdentity([new Claim(KeyClaim, key)], scheme));

    public static string? CarriedBy(ClaimsPrincipal? cookie) => cookie?.FindFirstValue(KeyClaim);

    public static Claim IdOf(SessionFacts facts) => new(IdClaim, facts.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Which session a signed-in person acts in.</summary>
    public static int? IdOf(ClaimsPrincipal? person) => int.TryParse(person?.FindFirstValue(IdClaim), out var id) ? id : null;
}
