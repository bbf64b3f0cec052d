using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace KpsCrm.Web.Site;

/// <summary>
/// What a browser may do with our answers. Scripts come from this site only; the one inline script that Blazor writes, its import map, bears a
/// number made for that answer. Styles may stand inline: MudBlazor and ApexCharts place and colour by style attributes and elements, whose
/// values are numbers and names of ours; a style can't run anything.
/// </summary>
public static class SecurityHeaders
{
    private static readonly object NonceKey = new();

    private const string Permissions = "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        + "publickey-credentials-create=(self), publickey-credentials-get=(self), usb=(), xr-spatial-tracking=()";

    /// <summary>For an inline script of this answer.</summary>
    public static string Nonce(this HttpContext http) => (string)(http.Items[NonceKey] ??= Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)));

    public static IApplicationBuilder UseSecurityHeaders(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            app.UseHsts();
        return app.Use((http, next) =>
        {
            http.Response.OnStarting(() =>
            {
                Write(http);
                return Task.CompletedTask;
            });
            return next(http);
        });
    }

    private static void Write(HttpContext http)
    {
        var headers = http.Response.Headers;
        var isPage = http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
        if (!headers.ContainsKey(HeaderNames.ContentSecurityPolicy))
            headers.ContentSecurityPolicy = isPage ? PagePolicy(http) : "default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        // A page whose address is a secret says more.
        if (!headers.ContainsKey("Referrer-Policy"))
            headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // The back button of a browser that was signed out shows nothing.
        if (isPage && headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
    }

    private static string PagePolicy(HttpContext http)
    {
        var script = http.Items[NonceKey] is string nonce ? $"'self' 'nonce-{nonce}'" : "'self'";
        return $"default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
            + "object-src 'none'; frame-src 'none'; worker-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    }
}
