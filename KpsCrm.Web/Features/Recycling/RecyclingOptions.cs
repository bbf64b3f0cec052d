using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Recycling;

/// <summary>Settings section <c>Records</c>.</summary>
public sealed class RecyclingOptions
{
    public const string Section = "Records";

    /// <summary>How many days what was deleted can be brought back.</summary>
    [Range(1, 3650, ErrorMessage = "Records__BinDays must be a number of days between 1 and 3650.")]
    public int BinDays { get; set; } = 30;
}

public static class RecyclingServices
{
    public static IServiceCollection AddRecycling(this IServiceCollection services)
    {
        services.AddOptions<RecyclingOptions>().BindConfiguration(RecyclingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<RecyclingOptions>>().Value);
        services.AddScoped<RecycleDesk>();
        services.AddHostedService<BinWorker>();
        return services;
    }
}
