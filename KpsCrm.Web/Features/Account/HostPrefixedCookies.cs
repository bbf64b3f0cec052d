using Microsoft.AspNetCore.Authentication.Cookies;

namespace KpsCrm.Web.Features.Account;

/// <summary>
/// Over https the cookie's name starts with <c>__Host-</c>: browsers then take it only when it is Secure and of exactly this host, so no
/// neighbour on another port, subdomain or plain http can plant one. Browsers refuse that name over plain http, where an
/// installation on localhost or behind no proxy still has to work; there the name stands alone.
/// </summary>
internal sealed class HostPrefixedCookies : ICookieManager
{
    private readonly ChunkingCookieManager _cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) => _cookies.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, Name(context, key), options);

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;
}
