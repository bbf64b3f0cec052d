using System.ComponentModel.DataAnnotations;

namespace KpsCrm.Web.Features.Audit;

/// <summary>Settings section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>How long the audit trail is kept.</summary>
    [Range(30, 36_500, ErrorMessage = "Audit__KeepDays must be a number of days from 30 to 36,500.")]
    public int KeepDays { get; set; } = 730;
}
