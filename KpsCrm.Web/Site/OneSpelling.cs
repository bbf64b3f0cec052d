namespace KpsCrm.Web.Site;

/// <summary>
/// Routes don't mind a slash at the end, so <c>/metrics/</c> is the address <c>/metrics</c>. Whatever looks at addresses after this, to count them or to guard
/// them, sees one spelling.
/// </summary>
public static class OneSpelling
{
    public static IApplicationBuilder UseOneSpelling(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Path.Value is { Length: > 1 } path && path.EndsWith('/'))
            http.Request.Path = path.TrimEnd('/') is { Length: > 0 } shorter ? shorter : "/";
        return next(http);
    });
}
