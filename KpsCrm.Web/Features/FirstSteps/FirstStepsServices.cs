namespace KpsCrm.Web.Features.FirstSteps;

public static class FirstStepsServices
{
    public static IServiceCollection AddFirstSteps(this IServiceCollection services) => services.AddSingleton<SampleWatch>();
}
