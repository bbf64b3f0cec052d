using KpsCrm.Data;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Backups;

public static class BackupServices
{
    /// <summary>What the commands need as well.</summary>
    public static IServiceCollection AddBackupSettings(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateDataAnnotations()
            .Validate<DatabaseOptions>((options, database) => !IsIn(database, options.Folder), "Backup__Folder is the folder in which backups are made anyway; choose one on another disk.").ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<BackupOptions>>().Value);
        services.AddSingleton<BackupPassphrase>();
        services.AddSingleton<BackupAlarm>();
        return services;
    }

    /// <summary>A second copy there would be no second one.</summary>
    internal static bool IsIn(DatabaseOptions database, string? folder) =>
        !string.IsNullOrWhiteSpace(folder) && Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(database.Folder));

    public static IServiceCollection AddBackups(this IServiceCollection services) => services.AddBackupSettings()
        .AddSingleton<BackupDesk>()
        .AddSingleton<RestoreDesk>()
        .AddHostedService<BackupWorker>();
}
