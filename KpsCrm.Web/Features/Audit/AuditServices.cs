using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Audit;

public static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<AuditOptions>>().Value);
        services.AddOptions<SuspicionOptions>().BindConfiguration(SuspicionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<SuspicionOptions>>().Value);
        services.AddSingleton<SuspicionRules>();
        services.AddHostedService<SuspicionWatch>();
        services.AddSingleton<DismissSuspicion>();
        services.AddSingleton<AuditState>();
        services.AddSingleton<MaintenanceTrail>();
        services.AddHostedService<AuditKeeper>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalsOfPages>();
        services.AddScoped<CircuitHandler, PageTrail>();
        services.AddScoped<ShownRecords>();
        return services;
    }
}
