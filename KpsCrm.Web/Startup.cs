using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Maintenance;
using Microsoft.AspNetCore.Diagnostics;

namespace KpsCrm.Web;

public static class Startup
{
    /// <summary>Creates or upgrades the database before the first request; in Development also the sample data.</summary>
    public static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        var isNew = await app.Services.GetRequiredService<Schema>().MigrateAsync();
        if (app.Environment.IsDevelopment())
            await DemoAccounts.CreateAsync(app.Services);
        if (isNew && (app.Services.GetRequiredService<DatabaseOptions>().SampleData ?? app.Environment.IsDevelopment()))
            await app.Services.AddSampleFirmAsync();
    }

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
