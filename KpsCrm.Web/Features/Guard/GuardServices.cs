namespace KpsCrm.Web.Features.Guard;

public static class GuardServices
{
    public static IServiceCollection AddGuard(this IServiceCollection services) => services
        .AddSingleton<GuardChoices>()
        .AddSingleton<GuardInForce>()
        .AddHostedService(sp => sp.GetRequiredService<GuardInForce>());
}
