using System.ComponentModel.DataAnnotations;
using System.Globalization;
using KpsCrm.Data.Maintenance;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KpsCrm.Web.Features.Health;

/// <summary>Settings section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>With less room on the data's disk, the health page, <c>/health/ready</c> and the admins' bells warn.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Health__FreeMegabytes must be a number of megabytes, 0 to never warn.")]
    public int FreeMegabytes { get; set; } = 1_000;
}

/// <summary>Warns before the disk is full: saving goes on, so the program is ready all the same.</summary>
internal sealed class DiskRoom(Footprint footprint, HealthOptions options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        IsShort(footprint.FreeBytes, options) ? HealthCheckResult.Degraded(Sentence(options)) : HealthCheckResult.Healthy());

    public static string Sentence(HealthOptions options) => string.Create(CultureInfo.InvariantCulture, $"The disk has less than {options.FreeMegabytes} MB of room left.");

    public static bool IsShort(long freeBytes, HealthOptions options) => freeBytes < options.FreeMegabytes * 1_000_000L;
}
