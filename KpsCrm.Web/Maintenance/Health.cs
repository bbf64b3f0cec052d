using KpsCrm.Data;
using KpsCrm.Data.Security;
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
            .AddCheck<DatabaseWrites>("writes", tags: [Ready], timeout: Patience);
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
        status = report.Status == HealthStatus.Healthy ? "ok" : "failing",
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
