using System.Globalization;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace KpsCrm.Web.Maintenance;

/// <summary>
/// The log: to the console, and a file a day under <c>logs/</c> beside the database. Settings keys <c>Log__Console</c> (Text, Json) and <c>Log__File</c>
/// (Text, Json, Both, None); Json is Serilog's compact form, a line an event.
/// </summary>
public static class CrmLog
{
    private const int DaysKept = 14;

    public static IServiceCollection AddLog(this IServiceCollection services, IConfiguration configuration, DatabaseOptions database) => services.AddSerilog(log =>
    {
        var (console, file) = Demand(configuration);
        log.ReadFrom.Configuration(configuration)
            .Enrich.With<NoAddresses>()
            // What is told as a sentence needs no stack trace beside it.
            .Filter.ByExcluding(entry => entry.Exception is { } e && entry.Level >= LogEventLevel.Error && Trouble.SentenceFor(e) is not null);
        if (console == LogForm.Json)
            log.WriteTo.Console(new CompactJsonFormatter());
        else
            log.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture);
        var folder = Path.Combine(Path.GetDirectoryName(database.Path)!, "logs");
        if (file is LogForm.Text or LogForm.Both)
            log.WriteTo.File(Path.Combine(folder, "kps-.log"), formatProvider: CultureInfo.InvariantCulture, rollingInterval: RollingInterval.Day, retainedFileCountLimit: DaysKept, shared: true);
        if (file is LogForm.Json or LogForm.Both)
            log.WriteTo.File(new CompactJsonFormatter(), Path.Combine(folder, "kps-.json"), rollingInterval: RollingInterval.Day, retainedFileCountLimit: DaysKept, shared: true);
    }, preserveStaticLogger: true);

    /// <exception cref="TroubleException">A value can't be used.</exception>
    public static (LogForm Console, LogForm File) Demand(IConfiguration configuration) => (FormOf(configuration, "Console", LogForm.Text, LogForm.Json), FormOf(configuration, "File", Enum.GetValues<LogForm>()));

    private static LogForm FormOf(IConfiguration configuration, string key, params LogForm[] allowed)
    {
        if (configuration[$"Log:{key}"] is not { } word)
            return LogForm.Text;
        return allowed.FirstOrDefault(f => f.ToString().Equals(word, StringComparison.OrdinalIgnoreCase), (LogForm)(-1)) is >= 0 and var form ? form
            : throw new TroubleException($"Log__{key} is '{word}'; it must be {string.Join(", ", allowed[..^1])} or {allowed[^1]}.");
    }
}

public enum LogForm
{
    Text,
    Json,
    Both,
    None,
}

/// <summary>E-mail addresses stay out of the log, also those in a mail server's answer.</summary>
internal sealed partial class NoAddresses : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach (var (name, value) in logEvent.Properties)
        {
            if (value is ScalarValue { Value: string text } && text.Contains('@', StringComparison.Ordinal))
                logEvent.AddOrUpdateProperty(new(name, new ScalarValue(Address().Replace(text, "(address)"))));
        }
    }

    [GeneratedRegex(@"[^\s<>""'(),;:]+@[^\s<>""'(),;:]+")]
    private static partial Regex Address();
}
