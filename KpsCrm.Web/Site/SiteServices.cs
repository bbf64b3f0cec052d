using KpsCrm.Web.Features.Intake;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Site;

/// <summary>What holds for every page and every request: limits and headers.</summary>
public static class SiteServices
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddSite(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<LimitOptions>>().Value);
        services.AddSingleton<PageCounter>();
        services.AddScoped<ActBrake>();
        services.AddCallLimits();
        services.AddHostedService<RuntimeCheck>();
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        services.AddOptions<KestrelServerOptions>().Configure<LimitOptions>((kestrel, limits) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.RequestKilobytes * 1024L;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderKilobytes * 1024;
            kestrel.Limits.MaxRequestLineSize = Math.Min(8, limits.HeaderKilobytes) * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeaderSeconds);
            kestrel.Limits.MinRequestBodyDataRate = new(limits.SlowestBytesPerSecond, Grace);
            kestrel.Limits.MinResponseDataRate = new(limits.SlowestBytesPerSecond, Grace);
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        });
        services.AddOptions<CircuitOptions>().Configure<LimitOptions>((circuit, limits) =>
        {
            circuit.DisconnectedCircuitMaxRetained = limits.LostPages;
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(limits.LostPageSeconds);
        });
        services.AddOptions<HubOptions>().Configure<LimitOptions>((hub, limits) => hub.MaximumReceiveMessageSize = limits.MessageKilobytes * 1024L);
        return services;
    }

    /// <summary>Says so before anything is read: whoever reads the form first would only find it unreadable.</summary>
    public static IApplicationBuilder UseBodyLimit(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.ContentLength is not { } length || http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is not { } most || length <= most)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return PlainPage.WriteAsync(http.Response, "Too large", "What was sent is larger than this system takes.", "/", "Go to the start page");
    });
}
