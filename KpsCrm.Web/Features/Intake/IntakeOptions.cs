using System.ComponentModel.DataAnnotations;

namespace KpsCrm.Web.Features.Intake;

/// <summary>The public door; settings section <c>Intake</c>.</summary>
public sealed class IntakeOptions : IValidatableObject
{
    public const string Section = "Intake";

    /// <summary>Enquiries taken from one address in a minute, form and API together.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Intake__RequestsPerMinute must be a whole number from 1 to 1,000,000.")]
    public int RequestsPerMinute { get; set; } = 20;

    /// <summary>A form sent faster than this was not filled in by a person.</summary>
    [Range(0, 600, ErrorMessage = "Intake__MinimumFillSeconds must be a number from 0 to 600.")]
    public double MinimumFillSeconds { get; set; } = 3;

    /// <summary>Other sites whose pages may post here, such as <c>https://www.example.com</c>; several are parted by commas.</summary>
    public string AllowedOrigins { get; set; } = "";

    public string[] Origins => [.. AllowedOrigins.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries).Select(o => o.TrimEnd('/').ToLowerInvariant())];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in Origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
                yield return new($"Intake__AllowedOrigins holds '{origin}', which is no origin; write it like https://www.example.com.");
        }
    }
}
