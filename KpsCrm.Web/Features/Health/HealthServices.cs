using System.Diagnostics.Metrics;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Providers;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace KpsCrm.Web.Features.Health;

public static class HealthServices
{
    /// <summary>What the platform measures of itself: requests, open pages, memory.</summary>
    private static readonly string[] Platform = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Components.Server.Circuits", "System.Runtime"];

    /// <summary>What the commands need as well.</summary>
    public static IServiceCollection AddFigureCheck(this IServiceCollection services) => services.AddSingleton<IDataCheck, FigureCheck>();

    /// <summary>What the commands need as well.</summary>
    public static IServiceCollection AddHealthSettings(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<HealthOptions>>().Value);
        return services.AddSingleton<Footprint>();
    }

    public static IServiceCollection AddHealthPage(this IServiceCollection services)
    {
        services.AddHealthSettings();
        services.AddFigureCheck();
        services.AddSingleton<CheckDesk>();
        services.AddSingleton<Vitals>();
        services.AddSingleton<Pulse>();
        services.AddHostedService(sp => sp.GetRequiredService<Pulse>());
        services.AddHealthChecks().AddCheck<DiskRoom>("disk", tags: ["ready"]);
        services.AddOpenTelemetry()
            .ConfigureResource(program => program.AddService("kps-crm", serviceVersion: typeof(HealthServices).Assembly.GetName().Version?.ToString(3), autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics.AddMeter([Meters.Name, .. Platform]).AddView(Few).AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        return services;
    }

    /// <summary>The library sets aside room for 2,000 series of each figure, 180 KB; but for requests, by route and answer, ours have a handful.</summary>
    private static MetricStreamConfiguration Few(Instrument instrument) => new() { CardinalityLimit = instrument.Meter.Name == Platform[0] ? 500 : 100 };

    public static WebApplication MapMetrics(this WebApplication app)
    {
        var (meters, vitals, clock) = (app.Services.GetRequiredService<Meters>(), app.Services.GetRequiredService<Vitals>(), app.Services.GetRequiredService<TimeProvider>());
        var (feed, provider) = (app.Services.GetRequiredService<ChangeFeed>(), app.Services.GetRequiredService<IProvider>());
        meters.Gauge("kps.write.waiting", "{write}", "Writes that wait for their turn or are under way", () => provider.Waiting);
        meters.Gauge("kps.screens", "{screen}", "Parts of open pages that hear of changes", () => feed.Subscribers);
        meters.Gauge("kps.sessions", "{session}", "Live sessions", () => vitals.Last?.Sessions ?? 0);
        meters.Gauge("kps.mail.waiting", "{mail}", "Mails that wait to go out", () => vitals.Last?.MailsWaiting ?? 0);
        meters.Gauge("kps.mail.refused", "{mail}", "Mails that were refused for good", () => vitals.Last?.MailsRefused ?? 0);
        meters.Gauge("kps.mail.oldest.age", "s", "Since when the oldest of them waits; 0 when none does", () => AgeOf(vitals.Last?.OldestMail, ifNone: 0));
        meters.Gauge("kps.backup.age", "s", "Since the newest good backup was made; NaN when there is none", () => AgeOf(vitals.Last?.LastBackup, ifNone: double.NaN));
        meters.Gauge("kps.audit.rows", "{row}", "The audit trail's last number", () => vitals.Last?.AuditRows ?? 0);
        meters.Gauge("kps.database.size", "By", "What the database takes on the disk", () => vitals.Last?.DatabaseBytes ?? 0);
        meters.Gauge("kps.disk.free", "By", "Room on the disk of the data folder", () => vitals.Last?.FreeBytes ?? 0);
        app.MapPrometheusScrapingEndpoint(MetricsDoor.Path).AllowAnonymous();
        return app;

        double AgeOf(DateTime? at, double ifNone) => at is { } since ? Math.Max(0, Math.Round((clock.GetUtcNow().UtcDateTime - since).TotalSeconds)) : ifNone;
    }
}
