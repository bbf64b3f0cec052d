using Microsoft.AspNetCore.Diagnostics;

namespace KpsCrm.Web;

public static class Startup
{
    /// <summary>
    /// The re-executed not-found page would meet a POST with an antiforgery check and turn, say, 429 into 400;
    /// posts and the API answer with their plain status.
    /// </summary>
    public static IApplicationBuilder UsePlainStatusCodesForPosts(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/health"))
            context.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
        return next(context);
    });

    /// <summary>
    /// A page whose connection closes because the server stops reconnects at once, into the very server that is stopping, and would hold it up
    /// until the shutdown's time limit.
    /// </summary>
    public static IApplicationBuilder UseNoNewCircuitsWhileStopping(this WebApplication app) => app.Use((context, next) =>
    {
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested || !context.Request.Path.StartsWithSegments("/_blazor"))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    });
}
