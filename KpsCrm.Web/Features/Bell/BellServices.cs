namespace KpsCrm.Web.Features.Bell;

public static class BellServices
{
    public static IServiceCollection AddBell(this IServiceCollection services) => services.AddSingleton<Alarms>().AddHostedService<AlarmWorker>();
}
