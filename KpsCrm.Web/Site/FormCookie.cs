namespace KpsCrm.Web.Site;

/// <summary>
/// The cookie behind the tokens of forms takes the <c>__Host-</c> prefix over https, as the session's does; see <c>HostPrefixedCookies</c>.
/// The platform knows one fixed name for it, so it is renamed at the door.
/// </summary>
public static class FormCookie
{
    public const string Name = "kps-form";
    private const string Prefixed = "__Host-" + Name;

    public static IApplicationBuilder UseFormCookie(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!http.Request.IsHttps)
            return next(http);
        // One without the prefix was planted.
        http.Request.Headers.Cookie = string.Join("; ", string.Join(';', http.Request.Headers.Cookie.AsEnumerable()).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(c => !c.StartsWith(Name + "=", StringComparison.Ordinal)).Select(c => c.StartsWith(Prefixed + "=", StringComparison.Ordinal) ? c["__Host-".Length..] : c));
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.SetCookie = http.Response.Headers.SetCookie.Select(c => c?.StartsWith(Name + "=", StringComparison.Ordinal) == true ? "__Host-" + c : c).ToArray();
            return Task.CompletedTask;
        });
        return next(http);
    });
}
