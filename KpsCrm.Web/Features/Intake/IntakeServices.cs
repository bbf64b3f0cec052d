namespace KpsCrm.Web.Features.Intake;

public static class IntakeServices
{
    public static IServiceCollection AddIntake(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<IntakeOptions>().BindConfiguration(IntakeOptions.Section)
            // Also as a list: Intake__AllowedOrigins__0 and so on.
            .Configure(o => o.AllowedOrigins = string.Join(' ', configuration.GetSection($"{IntakeOptions.Section}:{nameof(IntakeOptions.AllowedOrigins)}").GetChildren().Select(c => c.Value).Prepend(o.AllowedOrigins)))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IntakeLimits>();
        services.AddSingleton<IntakeDesk>();
        services.AddSingleton<IntakeApi>();
        services.AddSingleton<QuarantineDesk>();
        services.AddSingleton<Spam>();
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<Microsoft.Extensions.Options.IOptions<IntakeOptions>>((cors, intake) =>
            cors.AddPolicy(IntakeOptions.Section, policy => policy.WithOrigins(intake.Value.Origins).WithMethods("POST").WithHeaders("Content-Type", "Idempotency-Key").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return services;
    }

    public static IApplicationBuilder UseIntake(this IApplicationBuilder app) => app.UseCors().UseMiddleware<PublicDoor>();

    public static IEndpointRouteBuilder MapIntake(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").AllowAnonymous().DisableAntiforgery().RequireCors(IntakeOptions.Section).WithMetadata(new PublicPostAttribute());
        api.MapPost("/contact", (HttpContext http, IntakeApi intake) => intake.ContactAsync(http));
        api.MapPost("/analytics", (HttpContext http, IntakeApi intake) => intake.AnalyticsAsync(http));
        return app;
    }
}
