using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Data.Maintenance.Checks;

internal static class CheckServices
{
    /// <summary>In the order in which they run: what the others stand on comes first.</summary>
    public static IServiceCollection AddDatabaseCheck(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseCheck>();
        services.AddSingleton<IDataCheck, StructureCheck>();
        services.AddSingleton<IDataCheck, ReferenceCheck>();
        services.AddSingleton<IDataCheck, RowCheck>();
        services.AddSingleton<IDataCheck, LifetimeCheck>();
        services.AddSingleton<IDataCheck, RankCheck>();
        services.AddSingleton<IDataCheck, SearchCheck>();
        services.AddSingleton<IDataCheck, FileCheck>();
        services.AddSingleton<IDataCheck, TrailCheck>();
        return services;
    }
}
