using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Backups;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KpsCrm.Web.Maintenance;

public static class Health
{
    private const string Ready = "ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseReads>("reads", tags: [Ready], timeout: Patience)
            .AddCheck<DatabaseWrites>("writes", tags: [Ready], timeout: Patience)
            .AddCheck<LastBackup>("backup", HealthStatus.Degraded, tags: [Ready], timeout: Patience);
        return services;
    }

    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can read and write.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).AllowAnonymous();
        return app;
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status switch { HealthStatus.Healthy => "ok", HealthStatus.Degraded => "degraded", _ => "failing" },
        checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Description ?? "ok"),
    });

    /// <summary>The reason in words of ours: an exception's text could name servers and accounts to strangers.</summary>
    private static async Task<HealthCheckResult> TryAsync(Func<CancellationToken, Task> act, string failure, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken).WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e)
        {
            log.LogWarning("{Failure} ({Reason})", failure, e.Message);
            return HealthCheckResult.Unhealthy(failure);
        }
    }

    /// <summary>Old backups stop nobody from working: the program is ready, and says what is wrong.</summary>
    private sealed class LastBackup(BackupDesk desk, TimeProvider clock) : IHealthCheck
    {
        /// <summary>Asks nobody: what the last look found, of at most a minute ago.</summary>
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Look());

        private HealthCheckResult Look()
        {
            if (!desk.CanMake)
                return HealthCheckResult.Healthy("The server of the database makes its own.");
            var (last, planned) = (desk.LastGood, desk.Chosen is not { At: null });
            var words = last is null ? "None yet." : $"The last good one is of {last.MadeAt:yyyy-MM-dd HH:mm} UTC.";
            return desk.Failure is not null ? HealthCheckResult.Degraded($"The last one failed. {words}")
                : planned && BackupSchedule.IsOverdue(clock.GetUtcNow().UtcDateTime, desk.All.Where(b => b.IsProved).Select(b => b.MadeAt), desk.Since) ? HealthCheckResult.Degraded($"It is overdue. {words}")
                : HealthCheckResult.Healthy(planned ? words : $"Not scheduled. {words}");
        }
    }

    private sealed class DatabaseReads(CrmStore store, ILogger<DatabaseReads> log) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            TryAsync(ct => store.ReadAsync(Actor.System, view => view.Leads.AnyAsync(ct), ct), "The database can't be read.", log, cancellationToken);
    }

    private sealed class DatabaseWrites(CrmStore store, ILogger<DatabaseWrites> log) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            TryAsync(ct => store.WriteAsync(Actor.System, _ => Task.CompletedTask, ct), "Nothing can be saved at the moment.", log, cancellationToken);
    }
}
