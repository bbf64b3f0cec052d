using System.Globalization;
using KpsCrm.Data;
using Serilog;

namespace KpsCrm.Web.Maintenance;

public static class CrmLog
{
    private const int DaysKept = 14;

    /// <summary>The console, and a file a day under <c>logs/</c> beside the database.</summary>
    public static IServiceCollection AddLog(this IServiceCollection services, IConfiguration configuration, DatabaseOptions database) => services.AddSerilog(log => log
        .ReadFrom.Configuration(configuration)
        // What is told as a sentence needs no stack trace beside it.
        .Filter.ByExcluding(entry => entry.Exception is { } e && entry.Level >= Serilog.Events.LogEventLevel.Error && Trouble.SentenceFor(e) is not null)
        .WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
        .WriteTo.File(Path.Combine(Path.GetDirectoryName(database.Path)!, "logs", "kps-.log"), formatProvider: CultureInfo.InvariantCulture, rollingInterval: RollingInterval.Day,
            retainedFileCountLimit: DaysKept, shared: true), preserveStaticLogger: true);
}
