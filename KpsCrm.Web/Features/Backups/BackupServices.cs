using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Backups;

public static class BackupServices
{
    /// <summary>What the commands need as well.</summary>
    public static IServiceCollection AddBackupSettings(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<BackupOptions>>().Value);
        services.AddSingleton<BackupPassphrase>();
        return services;
    }

    public static IServiceCollection AddBackups(this IServiceCollection services) => services.AddBackupSettings()
        .AddSingleton<BackupAlarm>()
        .AddSingleton<BackupDesk>()
        .AddSingleton<RestoreDesk>()
        .AddHostedService<BackupWorker>();
}
